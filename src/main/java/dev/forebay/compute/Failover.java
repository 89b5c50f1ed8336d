package dev.forebay.compute;

import dev.forebay.config.Default;

/**
 * When a replica that fails gets no requests for a while: Envoy's outlier detection for consecutive errors.
 *
 * @param consecutiveErrors failures in a row after which it is ejected
 * @param connectErrors the same for connections that are refused or reset before an answer
 * @param ejectionSeconds how long the first ejection lasts; the next one lasts twice as long, and so on
 * @param ejectionSecondsMax how long one lasts at most
 * @param ejectedShareMax of the ready replicas, from 0 to 1; one stays in any case
 * @param retryAfterSecondsMax how long one that answers 429 or 503 with {@code Retry-After} gets no requests at most, if
 *     that is less than {@code ejection_seconds_max}; 0 is not at all
 */
public record Failover(
        @Default("5") int consecutiveErrors,
        @Default("2") int connectErrors,
        @Default("30") int ejectionSeconds,
        @Default("300") int ejectionSecondsMax,
        @Default("0.5") double ejectedShareMax,
        @Default("30") int retryAfterSecondsMax) {
    public static final Failover DEFAULT = new Failover(5, 2, 30, 300, 0.5, 30);

    public Failover {
        if (consecutiveErrors < 1 || connectErrors < 1) {
            throw new IllegalArgumentException("consecutive_errors, connect_errors: need 1 or more, got "
                    + consecutiveErrors + " and " + connectErrors);
        }
        if (ejectionSeconds < 1 || ejectionSecondsMax < ejectionSeconds) {
            throw new IllegalArgumentException(
                    "ejection_seconds, ejection_seconds_max: need 1 or more, and no less than" + " the first, got "
                            + ejectionSeconds + " and " + ejectionSecondsMax);
        }
        if (!(ejectedShareMax >= 0 && ejectedShareMax <= 1)) {
            throw new IllegalArgumentException("ejected_share_max: need 0 to 1, got " + ejectedShareMax);
        }
        if (retryAfterSecondsMax < 0) {
            throw new IllegalArgumentException(
                    "retry_after_seconds_max: need 0 (not at all) or more, got " + retryAfterSecondsMax);
        }
    }
}
