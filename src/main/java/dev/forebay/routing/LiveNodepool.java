package dev.forebay.routing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A nodepool at this moment, for all of its deployments.
 *
 * @param replicasByState number of its replicas in each state that one is in, as {@link LiveReplica#state} says
 * @param desired replicas that there are to be
 * @param atLimit whether there can be no more
 * @param capacity slots of the replicas that take requests, free or taken; {@link Integer#MAX_VALUE} if unlimited
 * @param coldStart the median of the last starts; empty before the first
 * @param coldStarts how many were measured, of the last 16
 * @param deployments that use it, by model id
 */
public record LiveNodepool(
        String id,
        Admission admission,
        Map<String, Integer> replicasByState,
        int desired,
        boolean atLimit,
        int capacity,
        int inFlight,
        Optional<Duration> coldStart,
        int coldStarts,
        List<String> deployments) {
    public LiveNodepool {
        deployments = List.copyOf(deployments);
    }

    /** What an operator lets a nodepool do. */
    public enum Admission {
        OPEN,
        /** It gets no requests; its replicas stay. */
        CORDONED,
        /** It gets no requests, and its replicas go once they serve nobody. */
        DRAINING
    }
}
