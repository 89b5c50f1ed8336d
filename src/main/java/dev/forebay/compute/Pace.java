package dev.forebay.compute;

import java.time.Duration;

/**
 * How often a replica's process is looked at and how soon it is started again.
 *
 * @param probe between two probes of a replica that is starting, at first; it doubles up to {@code probeMax}
 * @param liveness between two probes of one that is ready
 * @param answer how long a starting replica may take to answer a probe
 * @param liveAnswer the same for a ready one: a busy engine may be slow to say that it is well
 * @param deadAfter probes in a row without a good answer after which a ready replica counts as failed
 * @param restart before the second start; it doubles up to {@code restartMax}
 * @param steady ready for so long, a replica has no failures in a row any more
 * @param patience what a process gets between end of input, SIGTERM and SIGKILL
 */
record Pace(
        Duration probe,
        Duration probeMax,
        Duration liveness,
        Duration answer,
        Duration liveAnswer,
        int deadAfter,
        Duration restart,
        Duration restartMax,
        Duration steady,
        Duration patience) {
    static final Pace DEFAULT = new Pace(
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            3,
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofMinutes(1),
            Duration.ofSeconds(5));

    /** How long to wait before the next start after {@code failures} in a row. */
    Duration beforeRestart(int failures) {
        return Doubling.after(failures, restart, restartMax);
    }

    Duration afterProbe(Duration last) {
        var doubled = last.multipliedBy(2);
        return doubled.compareTo(probeMax) < 0 ? doubled : probeMax;
    }
}
