package dev.forebay;

import dev.forebay.config.Default;

/**
 * How the gateway ends, as {@code shutdown:} in the configuration says.
 *
 * @param drainSeconds that running requests are given after SIGTERM
 * @param terminalSeconds that they are given after Ctrl-C at a terminal; a second Ctrl-C ends them at once
 */
record ShutdownSettings(
        @Default("120") int drainSeconds, @Default("5") int terminalSeconds) {
    ShutdownSettings {
        if (drainSeconds < 0 || terminalSeconds < 0) {
            throw new IllegalArgumentException(
                    "drain_seconds, terminal_seconds: need 0 or more, got " + drainSeconds + " and " + terminalSeconds);
        }
    }
}
