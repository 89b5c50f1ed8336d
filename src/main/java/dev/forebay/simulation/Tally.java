package dev.forebay.simulation;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What has become of the requests so far. */
final class Tally {
    long arrived;
    long served;
    long cancelled;
    long lost;
    long broken;
    int queuedMax;
    private long refused;
    private final Map<String, Long> refusals = new TreeMap<>();
    private long[] waits = new long[1024];
    private int count;

    void refused(String word) {
        refused++;
        refusals.merge(word, 1L, Long::sum);
    }

    long refused() {
        return refused;
    }

    long ended() {
        return served + refused + cancelled + lost + broken;
    }

    /** By the word for the failure, as in metrics. */
    Map<String, Long> refusals() {
        return refusals;
    }

    void waited(long nanos) {
        if (count == waits.length) {
            waits = Arrays.copyOf(waits, 2 * count);
        }
        waits[count++] = nanos;
    }

    /** In nanoseconds, of each request that was served. */
    long[] waits() {
        return Arrays.copyOf(waits, count);
    }
}
