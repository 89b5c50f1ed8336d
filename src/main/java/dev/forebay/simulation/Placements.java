package dev.forebay.simulation;

import static dev.forebay.simulation.BrokenInvariant.need;

import dev.forebay.routing.Live;
import dev.forebay.routing.LiveReplica;
import dev.forebay.routing.Router;
import dev.forebay.routing.Spillover;
import java.util.List;
import java.util.Optional;

/** What must be true of where a request goes, and of who goes first: I4, I6 and I8. */
final class Placements {
    private final Router router;
    private final Waiting waiting;
    private final Turns turns;
    private final Scenario scenario;
    private final List<String> nodepools;
    private final Spillover.Mode mode;
    private final boolean eachGrant;

    /** @param eachGrant whether all replicas are looked at for each request that goes beyond the first nodepool */
    Placements(Scenario scenario, Router router, Waiting waiting, boolean eachGrant) {
        this.router = router;
        this.waiting = waiting;
        this.turns = new Turns(scenario, waiting);
        this.scenario = scenario;
        this.nodepools = scenario.deployment().nodepoolIds();
        this.mode = scenario.deployment().spillover().mode();
        this.eachGrant = eachGrant;
    }

    /** While the request still counts as one that waits, if it did. */
    void granted(SimulatedRequest request, String nodepool) {
        if (request.isAnotherTry()) {
            return;
        }
        var first = waiting.firstOf(Waiting.row(request));
        need(
                request.isWaiting() ? first == request : first == null,
                "I8: request " + request.number() + " goes before one of its key that came earlier");
        if (request.isWaiting()) {
            turns.granted(request);
        }
        if (eachGrant && mode == Spillover.Mode.OVERFLOW) {
            for (var before : nodepools.subList(0, nodepools.indexOf(nodepool))) {
                var free = free(before);
                need(
                        free.isEmpty(),
                        "I4: request " + request.number() + " goes to " + nodepool + ", but there is a slot at "
                                + free.orElse(""));
            }
        }
    }

    /** It waits no longer. */
    void left(SimulatedRequest request) {
        turns.forget(Waiting.row(request));
    }

    void check(Live now) {
        // In mode hold the first is waited for; a lower priority leaves slots to a higher one.
        if (now.queued() == 0 || mode == Spillover.Mode.HOLD || !waiting.isSomeoneToBeServedFirst()) {
            return;
        }
        for (var pool : now.pools()) {
            // Where all slots are taken there is no need to look at each replica.
            if (pool.open() && pool.inFlight() != pool.readyReplicas() * scenario.slots(pool.nodepool())) {
                var free = free(pool.nodepool());
                need(
                        free.isEmpty(),
                        "I6: " + now.queued() + " requests wait, but there is a slot at " + free.orElse(""));
            }
        }
    }

    /** A replica that any request could go to; one that has failed of late is no such one. */
    private Optional<String> free(String nodepool) {
        return router.replicas().stream()
                .filter(replica -> replica.nodepool().equals(nodepool)
                        && replica.state().equals("ready")
                        && replica.reason().isEmpty()
                        && (replica.limit() == 0 || replica.inFlight() < replica.limit()))
                .map(LiveReplica::id)
                .findFirst();
    }
}
