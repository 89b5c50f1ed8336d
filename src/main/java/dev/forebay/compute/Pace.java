package dev.forebay.compute;

import java.time.Duration;

/**
 * How often a replica is looked at, and how soon its process is started again.
 *
 * @param probe between two probes of a process that is starting, and at first of a server elsewhere; there it doubles up
 *     to {@code probeMax}
 * @param liveness between two probes of one that is ready
 * @param answer how long a replica may take to answer a probe
 * @param unreadyAfter probes in a row without a good answer after which a ready replica gets no more requests
 * @param deadAfter the same after which it is down, and its process, if it is one, is ended: later, since those that it
 *     serves may go on while a busy engine is slow to say that it is well
 * @param restart before the second start; it doubles up to {@code restartMax}
 * @param steady ready for so long, a replica has no failures in a row any more
 */
record Pace(
        Duration probe,
        Duration probeMax,
        Duration liveness,
        Duration answer,
        int unreadyAfter,
        int deadAfter,
        Duration restart,
        Duration restartMax,
        Duration steady) {
    static final Pace DEFAULT = new Pace(
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            3,
            12,
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofMinutes(1));

    /** How long to wait before the next start after {@code failures} in a row. */
    Duration beforeRestart(int failures) {
        return Doubling.after(failures, restart, restartMax);
    }

    Duration afterProbe(Duration last) {
        var doubled = last.multipliedBy(2);
        return doubled.compareTo(probeMax) < 0 ? doubled : probeMax;
    }
}
