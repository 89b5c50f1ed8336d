package dev.forebay.simulation;

import dev.forebay.routing.Capacity;
import dev.forebay.routing.Deployment;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is to be simulated.
 *
 * @param nodepools how those behave that the deployment names, by id
 * @param load phases that follow each other; Poisson arrivals at the rate of each
 */
public record Scenario(
        Deployment deployment,
        List<Capacity> capacities,
        Map<String, Behaviour> nodepools,
        List<Phase> load,
        Clients clients,
        Faults faults) {
    public Scenario {
        capacities = List.copyOf(capacities);
        nodepools = Map.copyOf(nodepools);
        load = List.copyOf(load);
        if (load.isEmpty()) {
            throw new IllegalArgumentException("load: need at least one phase");
        }
        for (var place : deployment.nodepoolIds()) {
            if (!nodepools.containsKey(place)) {
                throw new IllegalArgumentException("nodepools: nothing is said of " + place);
            }
        }
    }

    /** @param rate requests a second */
    public record Phase(Duration length, double rate) {
        public Phase {
            if (length.isNegative() || length.isZero() || !(rate >= 0)) {
                throw new IllegalArgumentException(
                        "need a length above 0 and a rate of 0 or more, got " + length.toSeconds() + " s and " + rate);
            }
        }
    }

    /**
     * @param coldStart of a replica: from half to one and a half times this, evenly
     * @param service of a request: exponentially distributed about this mean; its answer begins after a tenth of it
     */
    public record Behaviour(Duration coldStart, Duration service) {}

    /**
     * Who sends requests.
     *
     * @param cancelled share of requests whose client goes away, after a time like that of an answer
     * @param deadline of a request: from half to one and a half times this, evenly
     * @param keys that requests come with, each equally often
     * @param priorities that they have, each equally often: 0 and downwards
     * @param tokens of a request: from 1 to twice this, evenly
     */
    public record Clients(double cancelled, Duration deadline, int keys, int priorities, int tokens) {
        /** One key, nobody goes away. */
        public static final Clients PATIENT = new Clients(0, Duration.ofHours(1), 1, 1, 1);

        public Clients {
            if (!(cancelled >= 0 && cancelled <= 1)) {
                throw new IllegalArgumentException("cancelled: need a share from 0 to 1, got " + cancelled);
            }
            if (keys < 1 || priorities < 1 || tokens < 1) {
                throw new IllegalArgumentException(
                        "keys, priorities, tokens: need 1 or more, got " + keys + ", " + priorities + " and " + tokens);
            }
        }
    }

    /**
     * What goes wrong.
     *
     * @param kills of a replica that serves, a minute on average
     */
    public record Faults(double kills, List<Outage> outages) {
        public static final Faults NONE = new Faults(0, List.of());

        public Faults {
            outages = List.copyOf(outages);
        }
    }

    /** Every replica of a nodepool fails at once, and none starts before it is over. */
    public record Outage(String nodepool, Duration from, Duration length) {}

    Behaviour behaviour(String nodepool) {
        var behaviour = nodepools.get(nodepool);
        if (behaviour == null) {
            throw new IllegalArgumentException("nothing is said of nodepool " + nodepool);
        }
        return behaviour;
    }

    int slots(String nodepool) {
        return capacities.stream()
                .filter(capacity -> capacity.nodepool().equals(nodepool))
                .mapToInt(Capacity::slots)
                .findFirst()
                .orElse(0);
    }

    public Duration length() {
        return load.stream().map(Phase::length).reduce(Duration.ZERO, Duration::plus);
    }

    /** Requests that are to be expected. */
    public double requests() {
        return load.stream()
                .mapToDouble(phase -> phase.rate() * phase.length().toNanos() / 1e9)
                .sum();
    }
}
