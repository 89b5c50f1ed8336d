package dev.forebay.agent;

import dev.forebay.config.Default;

/**
 * How much is kept of turns that wait for a client's tool results. What was not used for the longest time goes first.
 *
 * @param turnsMax turns of all callers together
 * @param bytesMax of memory for them
 * @param ttlSeconds since a turn was parked or last asked for
 */
public record ContinuationLimits(
        @Default("10000") int turnsMax,
        @Default("64 MiB") long bytesMax,
        @Default("3600") int ttlSeconds) {
    public ContinuationLimits {
        if (turnsMax < 0) {
            throw new IllegalArgumentException("turns_max: need 0 or more, got " + turnsMax);
        }
        if (bytesMax < 0) {
            throw new IllegalArgumentException("bytes_max: need 0 or more, got " + bytesMax);
        }
        if (ttlSeconds < 1) {
            throw new IllegalArgumentException("ttl_seconds: need 1 or more, got " + ttlSeconds);
        }
    }
}
