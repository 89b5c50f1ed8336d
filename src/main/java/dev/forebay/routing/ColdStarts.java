package dev.forebay.routing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/** How long the last replicas took from their start to being ready. */
final class ColdStarts {
    private static final int KEPT = 16;

    /**
     * @param median of the last 16 starts or fewer; empty before the first
     * @param count how many those are
     */
    record Measured(Optional<Duration> median, int count) {}

    private final ArrayDeque<Duration> last = new ArrayDeque<>();
    // Asked for with each request that waits, and changed only by a start.
    private Optional<Duration> median = Optional.empty();

    void add(Duration taken) {
        if (last.size() == KEPT) {
            last.poll();
        }
        last.add(taken);
        median = last.stream().sorted().skip(last.size() / 2).findFirst();
    }

    /** The higher of the two in the middle if their number is even. */
    Optional<Duration> median() {
        return median;
    }

    Measured measured() {
        return new Measured(median, last.size());
    }
}
