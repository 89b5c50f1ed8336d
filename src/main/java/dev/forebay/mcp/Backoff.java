package dev.forebay.mcp;

import java.util.random.RandomGenerator;

/**
 * Pauses between tries: a random part of 0.5 s, 1 s, 2 s and so on up to 30 s, so that those who failed together do not
 * come back together ("full jitter", AWS Architecture Blog, 2015). Not thread-safe.
 */
final class Backoff {
    private static final long FIRST_MILLIS = 500;
    private static final long CAP_MILLIS = 30_000;

    private final RandomGenerator random;
    private long reach = FIRST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    long nextMillis() {
        var pause = random.nextLong(reach + 1);
        reach = Math.min(CAP_MILLIS, 2 * reach);
        return pause;
    }

    void reset() {
        reach = FIRST_MILLIS;
    }
}
