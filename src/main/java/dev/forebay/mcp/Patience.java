package dev.forebay.mcp;

import java.time.Duration;

/**
 * How long an answer is waited for.
 *
 * @param silence without a report of progress
 * @param total in all
 */
record Patience(Duration silence, Duration total) {
    static Patience of(Duration total) {
        return new Patience(total, total);
    }
}
