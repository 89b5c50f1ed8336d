package dev.forebay.simulation;

import java.util.Arrays;

/** What has become of the requests so far. */
final class Tally {
    long arrived;
    long served;
    long refused;
    long cancelled;
    long lost;
    private long[] waits = new long[1024];
    private int count;

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
