package dev.forebay.simulation;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened. Every request that arrived is in exactly one of the counts.
 *
 * @param refused requests that never got a slot, by the word for the failure, as in metrics
 * @param lost requests that ended with an error after a replica had failed under them, though no answer had begun
 * @param broken answers that had begun when their replica failed
 * @param waits of those that were served: median, 99th percentile, longest
 * @param queuedMax the most that waited at once
 * @param decisions how often a nodepool opened, closed or was held back, as sentences with their moment
 * @param samples one a second
 */
public record Outcome(
        long arrived,
        long served,
        Map<String, Long> refused,
        long cancelled,
        long lost,
        long broken,
        long inFlight,
        long queued,
        int queuedMax,
        List<Duration> waits,
        List<Pool> pools,
        List<String> decisions,
        List<Sample> samples) {
    public Outcome {
        // In order, so that equal runs look equal.
        refused = Collections.unmodifiableMap(new TreeMap<>(refused));
        waits = List.copyOf(waits);
        pools = List.copyOf(pools);
        decisions = List.copyOf(decisions);
        samples = List.copyOf(samples);
    }

    /**
     * @param share of the requests that were granted a slot, from 0 to 1
     * @param replicaSeconds that replicas were starting or ready
     * @param replicasMax starting or ready at once
     * @param started replicas
     * @param opened how often it was opened
     * @param openSeconds that it was open
     * @param utilisation of the slots of its ready replicas, from 0 to 1
     */
    public record Pool(
            String nodepool,
            double share,
            double replicaSeconds,
            int replicasMax,
            int started,
            int opened,
            int openSeconds,
            double utilisation) {}

    /** @param ready replicas of each nodepool, in order of precedence */
    public record Sample(Duration at, int queued, Duration oldest, List<Integer> ready, List<Integer> inFlight) {
        public Sample {
            ready = List.copyOf(ready);
            inFlight = List.copyOf(inFlight);
        }
    }
}
