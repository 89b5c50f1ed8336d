package dev.forebay.compute;

import dev.forebay.config.Default;
import dev.forebay.config.FromText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The machines behind a nodepool, as Clarifai's {@code nodepool_config.yaml} has them. What serves on them stands in the
 * {@link Nodepool} of the same id.
 *
 * @param id that deployments name
 * @param description for people
 * @param computeCluster where the machines are
 * @param instanceTypes kinds of machines that will do, the preferred one first
 * @param nodeCapacityType how the machines are paid for
 * @param minInstances machines that are kept whatever the load; 0 lets the nodepool go down to none
 * @param maxInstances machines at most; 0 disables the nodepool, and absent is no limit
 * @param warmInstances idle machines that are kept ready beyond those in use
 */
public record InstancePool(
        String id,
        @Default("") String description,
        Optional<ComputeCluster.Named> computeCluster,
        List<InstanceType> instanceTypes,
        NodeCapacityType nodeCapacityType,
        @Default("0") int minInstances,
        OptionalInt maxInstances,
        @Default("0") int warmInstances) {
    public InstancePool {
        instanceTypes = List.copyOf(instanceTypes);
        Ids.check("id", id);
        if (instanceTypes.isEmpty()) {
            throw new IllegalArgumentException("instance_types: need at least one, got none");
        }
        atLeastZero("min_instances", minInstances);
        atLeastZero("warm_instances", warmInstances);
        if (maxInstances.isPresent()) {
            atLeastZero("max_instances", maxInstances.getAsInt());
            within("min_instances", minInstances, maxInstances.getAsInt());
            within("warm_instances", warmInstances, maxInstances.getAsInt());
        }
    }

    /** @param capacityTypes any of these; with both, spot machines come first as long as there are any */
    public record NodeCapacityType(@Default("[]") List<CapacityType> capacityTypes) {
        public NodeCapacityType {
            capacityTypes = List.copyOf(capacityTypes);
        }
    }

    /** Clarifai writes them as numbers from 1, in this order. */
    public enum CapacityType {
        ON_DEMAND,
        SPOT;

        @FromText
        static CapacityType of(String text) {
            return switch (text.strip().toUpperCase(Locale.ROOT)) {
                case "1", "ON_DEMAND" -> ON_DEMAND;
                case "2", "SPOT" -> SPOT;
                default -> throw new IllegalArgumentException("need 1 (ON_DEMAND) or 2 (SPOT), got " + text);
            };
        }
    }

    private static void atLeastZero(String key, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(key + ": need 0 or more, got " + value);
        }
    }

    private static void within(String key, int value, int max) {
        // A disabled nodepool keeps its other numbers for the day it comes back.
        if (max > 0 && value > max) {
            throw new IllegalArgumentException(
                    key + ": need at most max_instances, which is " + max + ", got " + value);
        }
    }
}
