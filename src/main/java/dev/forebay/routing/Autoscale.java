package dev.forebay.routing;

import dev.forebay.config.Default;

/**
 * How a deployment's replicas follow its load; the names are Clarifai's. The largest number holds for each nodepool by
 * itself, the smallest for the first one only.
 *
 * @param minReplicas kept whatever the load, in the first nodepool
 * @param maxReplicas at most in one nodepool, unless its place in the deployment says another number
 * @param trafficHistorySeconds of load that the need is reckoned from
 * @param scaleDownDelaySeconds that fewer must have sufficed before a replica goes
 * @param scaleToZeroDelaySeconds without a request after which the last one goes
 * @param scaleUpDelaySeconds that more must have been needed before a replica comes; the first one, and a burst, come at
 *     once
 * @param disablePacking true for one replica on each node
 * @param softMinReplicas kept beyond the smallest number as long as no other deployment needs their place
 */
public record Autoscale(
        @Default("0") int minReplicas,
        @Default("5") int maxReplicas,
        @Default("300") int trafficHistorySeconds,
        @Default("300") int scaleDownDelaySeconds,
        @Default("1800") int scaleToZeroDelaySeconds,
        @Default("30") int scaleUpDelaySeconds,
        @Default("false") boolean disablePacking,
        @Default("0") int softMinReplicas) {
    static final int REPLICAS_MAX = 10_000;
    private static final int SECONDS_MAX = 7 * 24 * 3600;

    public Autoscale {
        within("min_replicas", minReplicas, 0, REPLICAS_MAX);
        within("max_replicas", maxReplicas, 1, REPLICAS_MAX);
        within("soft_min_replicas", softMinReplicas, 0, REPLICAS_MAX);
        within("traffic_history_seconds", trafficHistorySeconds, 1, SECONDS_MAX);
        within("scale_down_delay_seconds", scaleDownDelaySeconds, 0, SECONDS_MAX);
        within("scale_to_zero_delay_seconds", scaleToZeroDelaySeconds, 0, SECONDS_MAX);
        within("scale_up_delay_seconds", scaleUpDelaySeconds, 0, SECONDS_MAX);
        if (minReplicas > maxReplicas) {
            throw new IllegalArgumentException(
                    "min_replicas: need at most max_replicas, which is " + maxReplicas + ", got " + minReplicas);
        }
        if (scaleToZeroDelaySeconds < scaleDownDelaySeconds) {
            throw new IllegalArgumentException("scale_to_zero_delay_seconds: need at least scale_down_delay_seconds,"
                    + " which is " + scaleDownDelaySeconds + ", got " + scaleToZeroDelaySeconds);
        }
    }

    /** What is kept of both kinds together; never more than the largest number. */
    public int minWithSoft() {
        return Math.min(maxReplicas, minReplicas + softMinReplicas);
    }

    static void within(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + ": need " + min + " to " + max + ", got " + value);
        }
    }
}
