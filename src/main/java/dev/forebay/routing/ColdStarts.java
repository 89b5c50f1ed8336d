package dev.forebay.routing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/** How long the last replicas took from their start to being ready. */
final class ColdStarts {
    private static final int KEPT = 16;

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

    int measured() {
        return last.size();
    }

    /** The higher of the two in the middle if their number is even. */
    Optional<Duration> median() {
        return median;
    }
}
