package dev.forebay.simulation;

import java.time.Duration;
import java.util.List;

/**
 * What happened. Every request that arrived is in exactly one of the counts.
 *
 * @param lost requests that ended with an error after a replica had been killed under them
 * @param waits of those that were served: median, 99th percentile, longest
 * @param decisions how often a nodepool opened, closed or was held back, as sentences with their moment
 * @param samples one a second
 */
public record Outcome(
        long arrived,
        long served,
        long refused,
        long cancelled,
        long lost,
        long inFlight,
        long queued,
        List<Duration> waits,
        List<Pool> pools,
        List<String> decisions,
        List<Sample> samples) {
    public Outcome {
        waits = List.copyOf(waits);
        pools = List.copyOf(pools);
        decisions = List.copyOf(decisions);
        samples = List.copyOf(samples);
    }

    /**
     * @param share of the requests that were granted a slot, from 0 to 1
     * @param replicaSeconds that replicas were starting or ready
     * @param started replicas
     * @param opened how often it was opened
     */
    public record Pool(String nodepool, double share, double replicaSeconds, int started, int opened) {}

    /** @param ready replicas of each nodepool, in order of precedence */
    public record Sample(Duration at, int queued, Duration oldest, List<Integer> ready, List<Integer> inFlight) {
        public Sample {
            ready = List.copyOf(ready);
            inFlight = List.copyOf(inFlight);
        }
    }
}
