package dev.forebay.simulation;

import static dev.forebay.simulation.BrokenInvariant.need;

import dev.forebay.routing.Decision;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.Live;
import java.time.Duration;

/** What must be true after each event, whatever the load. Numbers as in docs/reference/routing.md. */
final class Invariants {
    private final VirtualTime time;
    private final SimulatedReplicas replicas;
    private final Deployment.Queue patience;
    private final Duration tick;
    private boolean warm;
    private Duration warmOrColdSince = Duration.ZERO;

    /** @param tick how often the router looks at what time alone changes */
    Invariants(Scenario scenario, VirtualTime time, SimulatedReplicas replicas, Duration tick) {
        this.time = time;
        this.replicas = replicas;
        this.patience = scenario.deployment().queue();
        this.tick = tick;
    }

    void check(Tally tally, Live now) {
        var inFlight = 0;
        for (var pool : now.pools()) {
            var there = replicas.inFlight(pool.nodepool());
            // What was cancelled is counted nowhere: its slot is free in the same moment.
            need(
                    pool.inFlight() == there,
                    "I15: " + pool.inFlight() + " requests are counted at " + pool.nodepool() + ", but " + there
                            + " are there");
            inFlight += there;
        }
        need(
                tally.arrived == tally.ended() + inFlight + now.queued(),
                "I1: " + tally.arrived + " arrived, but " + tally.ended() + " ended, " + inFlight
                        + " are in flight and " + now.queued() + " queued");
        for (var rank = 0; rank < now.pools().size(); rank++) {
            var pool = now.pools().get(rank);
            need(
                    pool.desired() <= pool.maxReplicas(),
                    "I5: " + pool.desired() + " replicas of " + pool.nodepool() + " are wanted, but at most "
                            + pool.maxReplicas() + " are allowed");
            need(
                    rank == 0 || !pool.open() || now.pools().get(rank - 1).open(),
                    "I5: " + pool.nodepool() + " is open, but not the one before it");
        }
        waited(now);
    }

    private void waited(Live now) {
        var isWarm = now.pools().stream().anyMatch(pool -> pool.readyReplicas() > 0);
        if (isWarm != warm) {
            warm = isWarm;
            warmOrColdSince = time.passed();
        }
        var longest = (warm ? patience.timeout() : patience.coldTimeout()).plus(tick);
        need(
                now.oldest().compareTo(longest) <= 0
                        || time.passed().minus(warmOrColdSince).compareTo(longest) <= 0,
                "I7: somebody has waited " + now.oldest().toSeconds() + " s");
    }

    /** @param before the event that it was decided in */
    void checkDecision(int rank, Decision decision, Live before) {
        if (decision.what().equals("opened")) {
            need(rank > 0, "I5: the first nodepool was opened");
            need(
                    before.pools().get(rank - 1).open(),
                    "I5: " + decision.nodepool() + " opened before the one before it");
        }
    }
}
