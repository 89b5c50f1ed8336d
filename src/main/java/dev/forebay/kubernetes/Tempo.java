package dev.forebay.kubernetes;

import dev.forebay.compute.Doubling;
import java.time.Duration;

/**
 * How soon the cluster is asked again.
 *
 * @param retry before the second try of what failed; it doubles up to {@code retryMax}
 * @param unschedulable after so long without a node a pod counts as one without capacity; before, it may just be new
 * @param missing between two looks at pods that were asked for and have not been made
 * @param watch for which one watch is asked for; all pods are listed anew after each
 * @param silence of a watch beyond its time, after which it counts as dropped
 */
record Tempo(
        Duration retry, Duration retryMax, Duration unschedulable, Duration missing, Duration watch, Duration silence) {
    static final Tempo DEFAULT = new Tempo(
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30));

    /** How long to wait after {@code failures} in a row. */
    Duration afterFailures(int failures) {
        return Doubling.after(failures, retry, retryMax);
    }
}
