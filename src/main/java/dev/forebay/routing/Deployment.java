package dev.forebay.routing;

import dev.forebay.config.FromText;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model that can be called and the nodepools that serve it.
 *
 * @param model the model's id
 * @param nodepools places on nodepools in order of precedence
 * @param autoscale how the number of replicas follows the load; without it each nodepool keeps the number that it says
 * @param spillover when the next nodepool takes requests, and which
 * @param queue bounds of the requests that wait for a slot
 * @param enabled false to refuse every request and to keep no replica
 */
public record Deployment(
        String model,
        List<Place> nodepools,
        Optional<Autoscale> autoscale,
        Spillover spillover,
        Queue queue,
        boolean enabled) {
    public Deployment {
        nodepools = List.copyOf(nodepools);
        if (nodepools.isEmpty()) {
            throw new IllegalArgumentException("nodepools: need at least one");
        }
        check(nodepools, autoscale);
    }

    /** One that does not scale and spills over as it does by default. */
    public Deployment(String model, List<String> nodepools, Queue queue) {
        this(model, nodepools.stream().map(Place::on).toList(), Optional.empty(), Spillover.DEFAULT, queue, true);
    }

    /** @throws IllegalArgumentException if the places do not go together, or not with the numbers of replicas */
    public static void check(List<Place> nodepools, Optional<Autoscale> autoscale) {
        var seen = new HashSet<String>();
        for (var place : nodepools) {
            if (!seen.add(place.nodepool())) {
                throw new IllegalArgumentException("nodepools: need each once, got " + place.nodepool() + " twice");
            }
            if (place.maxReplicas().isPresent() && autoscale.isEmpty()) {
                throw new IllegalArgumentException("nodepools: max_replicas of " + place.nodepool()
                        + " has no effect without autoscale; add autoscale, or set replicas of the nodepool itself");
            }
        }
        if (!nodepools.isEmpty() && autoscale.isPresent()) {
            var first = nodepools.getFirst();
            var min = autoscale.get().minReplicas();
            if (first.maxReplicas().orElse(min) < min) {
                throw new IllegalArgumentException("nodepools: max_replicas of " + first.nodepool()
                        + ", the first: need at least min_replicas, which is " + min + ", got "
                        + first.maxReplicas().getAsInt());
            }
        }
    }

    public List<String> nodepoolIds() {
        return nodepools.stream().map(Place::nodepool).toList();
    }

    /** The most replicas in the nodepool of this rank, from 0; empty if the number does not change with the load. */
    public OptionalInt maxReplicas(int rank) {
        return autoscale
                .map(scale -> OptionalInt.of(nodepools.get(rank).maxReplicas().orElse(scale.maxReplicas())))
                .orElse(OptionalInt.empty());
    }

    /**
     * A nodepool that serves a deployment; its name alone will do.
     *
     * @param nodepool its id
     * @param maxReplicas of this deployment there, instead of the number for all of its nodepools
     */
    public record Place(String nodepool, OptionalInt maxReplicas) {
        public Place {
            if (nodepool.isBlank()) {
                throw new IllegalArgumentException("nodepool: need the name of a nodepool, got an empty one");
            }
            if (maxReplicas.isPresent()) {
                Autoscale.within("max_replicas", maxReplicas.getAsInt(), 1, Autoscale.REPLICAS_MAX);
            }
        }

        @FromText
        public static Place on(String nodepool) {
            return new Place(nodepool, OptionalInt.empty());
        }
    }

    /**
     * @param requestsMax requests that may wait at once
     * @param bytesMax of the bodies that are kept for them
     * @param timeout how long one waits while a replica is ready
     * @param coldTimeout how long one waits while none is
     */
    public record Queue(int requestsMax, long bytesMax, Duration timeout, Duration coldTimeout) {}
}
