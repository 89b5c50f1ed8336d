package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the next request of a deployment would go, and why.
 *
 * @param live what the deployment is doing
 * @param next the nodepool that a request would go to now; empty if it would wait or be refused
 * @param outcome what would become of it, in a sentence
 * @param steps a nodepool each, in order of precedence
 */
public record Explanation(Live live, Optional<String> next, String outcome, List<Step> steps) {
    public Explanation {
        steps = List.copyOf(steps);
    }

    /**
     * @param why it takes requests or not, in a sentence
     * @param freeSlots {@link Integer#MAX_VALUE} if a replica may have any number of requests
     * @param capacity slots of its ready replicas, free or taken; {@link Integer#MAX_VALUE} if unlimited
     * @param fullyLoaded whether the next nodepool is to open
     * @param whyFullyLoaded or why it is not
     * @param atLimit whether no further replica is to come
     * @param thresholds of the queue, at which it is fully loaded
     * @param gate what may hold it back while it is closed
     */
    public record Step(
            Live.Pool pool,
            String why,
            int freeSlots,
            int capacity,
            boolean fullyLoaded,
            String whyFullyLoaded,
            boolean atLimit,
            Thresholds thresholds,
            Gate gate) {}

    public record Thresholds(Duration queueAge, long queueAmount) {}

    /**
     * @param on whether it is configured
     * @param coldStart how long a start takes here; empty if it was not measured often enough, which lets requests pass
     * @param heldUntil when a replica before this nodepool is expected to be ready that is worth waiting for
     */
    public record Gate(boolean on, Optional<Duration> coldStart, Optional<Instant> heldUntil) {}
}
