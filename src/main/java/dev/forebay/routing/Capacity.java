package dev.forebay.routing;

import dev.forebay.compute.Failover;
import dev.forebay.compute.Nodepool;
import java.time.Duration;

/**
 * What routing needs to know of a nodepool's configuration.
 *
 * @param slots requests in flight at one replica, 0 for no limit
 * @param replicas that there are where no deployment scales them
 * @param scalable whether replicas can be started and stopped
 * @param replicasMax at once, of all deployments
 * @param failover when a replica that fails gets no requests for a while
 * @param adaptive whether the slots are an upper bound below which each replica finds its own
 * @param slowStart how long a replica that has become ready gets less than the others
 * @param youngestLeavesFirst whether only the replica with the highest number can be taken away
 */
public record Capacity(
        String nodepool,
        int slots,
        int replicas,
        boolean scalable,
        int replicasMax,
        Failover failover,
        boolean adaptive,
        Duration slowStart,
        boolean youngestLeavesFirst) {
    /** Where the nodepool's configuration sets no limit. */
    public static final int REPLICAS_MAX = 1000;

    /** One of slots that are fixed, and without slow start. */
    public Capacity(String nodepool, int slots, int replicas, boolean scalable, int replicasMax, Failover failover) {
        this(nodepool, slots, replicas, scalable, replicasMax, failover, false, Duration.ZERO, false);
    }

    public static Capacity of(Nodepool nodepool) {
        return new Capacity(
                nodepool.id(),
                nodepool.isAdaptive() ? nodepool.maxConcurrency() : nodepool.slots(),
                nodepool.fixedReplicas(),
                nodepool.isScalable(),
                nodepool.maxInstances().orElse(REPLICAS_MAX),
                nodepool.failover(),
                nodepool.isAdaptive(),
                nodepool.slowStart(),
                nodepool.kubernetes()
                        .filter(workload -> workload.kind().youngestLeavesFirst())
                        .isPresent());
    }

    VictimOrder victimOrder() {
        return youngestLeavesFirst ? VictimOrder.YOUNGEST_FIRST : VictimOrder.CHEAPEST_FIRST;
    }
}
