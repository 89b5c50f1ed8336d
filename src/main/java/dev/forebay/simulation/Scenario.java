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
 * @param cancelled share of requests whose client goes away, after a time like that of an answer
 * @param kills of a replica that serves, a minute on average
 */
public record Scenario(
        Deployment deployment,
        List<Capacity> capacities,
        Map<String, Behaviour> nodepools,
        List<Phase> load,
        double cancelled,
        double kills) {
    public Scenario {
        capacities = List.copyOf(capacities);
        nodepools = Map.copyOf(nodepools);
        load = List.copyOf(load);
        if (load.isEmpty()) {
            throw new IllegalArgumentException("load: need at least one phase");
        }
        if (cancelled < 0 || cancelled > 1) {
            throw new IllegalArgumentException("cancelled: need a share from 0 to 1, got " + cancelled);
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
     * @param service of a request: exponentially distributed about this mean
     */
    public record Behaviour(Duration coldStart, Duration service) {}

    Behaviour behaviour(String nodepool) {
        var behaviour = nodepools.get(nodepool);
        if (behaviour == null) {
            throw new IllegalArgumentException("nothing is said of nodepool " + nodepool);
        }
        return behaviour;
    }

    public Duration length() {
        return load.stream().map(Phase::length).reduce(Duration.ZERO, Duration::plus);
    }
}
