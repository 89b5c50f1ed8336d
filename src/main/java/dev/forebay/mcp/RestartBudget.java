package dev.forebay.mcp;

import java.time.Duration;
import java.util.ArrayDeque;

/** How often a process may be started within a window of time. Not thread-safe. */
final class RestartBudget {
    private final int startsMax;
    private final long windowNanos;
    private final ArrayDeque<Long> starts = new ArrayDeque<>();

    RestartBudget(int startsMax, Duration window) {
        this.startsMax = startsMax;
        this.windowNanos = window.toNanos();
    }

    void started(long now) {
        starts.add(now);
        if (starts.size() > startsMax) {
            starts.poll();
        }
    }

    /** How long to wait until another start is within the budget; zero or less if it is now. */
    long restNanos(long now) {
        var oldest = starts.peek();
        return oldest == null || starts.size() < startsMax ? 0 : oldest + windowNanos - now;
    }
}
