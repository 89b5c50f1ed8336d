package dev.forebay.simulation;

import dev.forebay.routing.Capacity;
import dev.forebay.routing.Decision;
import dev.forebay.routing.Live;
import java.util.Map;
import java.util.stream.Collectors;

/** What must be true after each event, whatever the load. Numbers as in docs/reference/routing.md. */
final class Invariants {
    private final SimulatedReplicas replicas;
    private final Map<String, Integer> slots;

    Invariants(Scenario scenario, SimulatedReplicas replicas) {
        this.replicas = replicas;
        this.slots = scenario.capacities().stream().collect(Collectors.toMap(Capacity::nodepool, Capacity::slots));
    }

    void check(Tally tally, Live now) {
        var inFlight = now.pools().stream().mapToInt(Live.Pool::inFlight).sum();
        var ended = tally.served + tally.refused + tally.cancelled + tally.lost;
        need(
                tally.arrived == ended + inFlight + now.queued(),
                "I1: " + tally.arrived + " arrived, but " + ended + " ended, " + inFlight + " are in flight and "
                        + now.queued() + " queued");
        replicas.inFlight().forEach((id, count) -> {
            var limit = slots.getOrDefault(id.substring(0, id.lastIndexOf('/')), 0);
            need(
                    limit == 0 || count <= limit,
                    "I2: " + count + " requests at " + id + ", which has " + limit + " slots");
        });
        for (var rank = 0; rank < now.pools().size(); rank++) {
            var pool = now.pools().get(rank);
            need(pool.inFlight() >= 0, "I2: " + pool.inFlight() + " requests at " + pool.nodepool());
            need(
                    pool.desired() <= pool.maxReplicas(),
                    "I5: " + pool.desired() + " replicas of " + pool.nodepool() + " are wanted, but at most "
                            + pool.maxReplicas() + " are allowed");
            need(
                    rank == 0 || !pool.open() || now.pools().get(rank - 1).open(),
                    "I5: " + pool.nodepool() + " is open, but not the one before it");
        }
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

    private static void need(boolean condition, String otherwise) {
        if (!condition) {
            throw new BrokenInvariant(otherwise);
        }
    }
}
