package dev.forebay.routing;

import dev.forebay.compute.ComputeCluster;
import dev.forebay.config.Default;
import dev.forebay.config.FromText;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A deployment as Clarifai's {@code deployment_config.yaml} has it.
 *
 * @param id for people, messages and the header {@code x-forebay-deployment}; clients call the model
 * @param description for people
 * @param autoscaleConfig how the number of replicas follows the load
 * @param worker what is deployed
 * @param schedulingChoice kept as it stands; the order of the nodepools is what decides
 * @param nodepools in order of precedence
 * @param deploymentNodepools the same with the precedence written at each; the order of the list decides between equals
 * @param status whether it serves at all
 */
public record ClarifaiDeployment(
        String id,
        @Default("") String description,
        Autoscale autoscaleConfig,
        Worker worker,
        Optional<SchedulingChoice> schedulingChoice,
        List<Pool> nodepools,
        List<RankedPool> deploymentNodepools,
        @Default("ENABLED") Status status) {
    public ClarifaiDeployment {
        nodepools = List.copyOf(nodepools);
        deploymentNodepools = List.copyOf(deploymentNodepools);
        if (id.isBlank()) {
            throw new IllegalArgumentException("id: need a name, got an empty one");
        }
        if (nodepools.isEmpty() == deploymentNodepools.isEmpty()) {
            throw new IllegalArgumentException("need either nodepools (in order of precedence) or deployment_nodepools"
                    + " (each with its priority), got " + (nodepools.isEmpty() ? "neither" : "both"));
        }
        var sequences = deploymentNodepools.stream()
                .filter(pool -> pool.sequence().isPresent())
                .count();
        if (sequences > 0
                && deploymentNodepools.stream().anyMatch(pool -> pool.priority().isPresent())) {
            throw new IllegalArgumentException("deployment_nodepools: need either priority (higher first) or sequence"
                    + " (lower first), got both");
        }
        if (sequences > 0 && sequences < deploymentNodepools.size()) {
            throw new IllegalArgumentException("deployment_nodepools: need sequence at each or at none, got it at "
                    + sequences + " of " + deploymentNodepools.size());
        }
        var seen = new HashSet<String>();
        for (var pool : nodepools.isEmpty() ? unranked(deploymentNodepools) : nodepools) {
            if (!seen.add(pool.id())) {
                throw new IllegalArgumentException("nodepools: need each once, got " + pool.id() + " twice");
            }
        }
    }

    /** Nodepools in order of precedence, whichever way it was written. */
    public List<Deployment.Place> places() {
        var pools = nodepools.isEmpty()
                ? unranked(deploymentNodepools.stream()
                        .sorted(Comparator.<RankedPool>comparingInt(
                                        pool -> -pool.priority().orElse(0))
                                .thenComparingInt(pool -> pool.sequence().orElse(0)))
                        .toList())
                : nodepools;
        return pools.stream().map(pool -> Deployment.Place.on(pool.id())).toList();
    }

    private static List<Pool> unranked(List<RankedPool> pools) {
        return pools.stream()
                .map(pool -> new Pool(pool.id(), pool.computeCluster()))
                .toList();
    }

    /**
     * @param id of a nodepool
     * @param computeCluster the one that the nodepool must be in
     */
    public record Pool(String id, Optional<ComputeCluster.Named> computeCluster) {}

    /**
     * @param id of a nodepool
     * @param computeCluster the one that the nodepool must be in
     * @param priority higher is first; 0 where others have one
     * @param sequence lower is first
     */
    public record RankedPool(
            String id, Optional<ComputeCluster.Named> computeCluster, OptionalInt priority, OptionalInt sequence) {
        public RankedPool {
            if (priority.isPresent()) {
                Autoscale.within("priority", priority.getAsInt(), 0, 9);
            }
            if (sequence.isPresent() && sequence.getAsInt() < 0) {
                throw new IllegalArgumentException("sequence: need 0 or more, got " + sequence.getAsInt());
            }
        }
    }

    /**
     * @param model what clients call
     * @param workflow of Clarifai's other kind of worker, which cannot run here
     */
    public record Worker(Optional<Named> model, Optional<Named> workflow) {
        public Worker {
            if (workflow.isPresent()) {
                throw new IllegalArgumentException(
                        "workflow: workflows are not supported; name a model by model: {id: ...} instead");
            }
            if (model.isEmpty()) {
                throw new IllegalArgumentException("model: need model: {id: ...} with the id of a model, got none");
            }
        }

        public String modelId() {
            return model.orElseThrow().id();
        }
    }

    /** @param id of a model or a workflow */
    public record Named(String id) {}

    /** Clarifai writes it as a word or as a number from 0, in this order. */
    public enum Status {
        ENABLED,
        DISABLED;

        @FromText
        static Status of(String text) {
            return switch (text.strip().toUpperCase(Locale.ROOT)) {
                case "0", "ENABLED" -> ENABLED;
                case "1", "DISABLED" -> DISABLED;
                default -> throw new IllegalArgumentException("need ENABLED (0) or DISABLED (1), got " + text);
            };
        }
    }
}
