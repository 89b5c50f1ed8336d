package dev.forebay.simulation;

/** What goes wrong at a moment that does not depend on the rest of the run. */
sealed interface Fault {
    long atNanos();

    /** @param pick which of those that serve, from 0 to 1 */
    record Kill(long atNanos, double pick) implements Fault {}

    record Outage(long atNanos, String nodepool, long lengthNanos) implements Fault {}
}
