package dev.forebay.routing;

import dev.forebay.compute.Failover;
import java.time.Duration;
import java.time.Instant;

/**
 * What a replica's answers say of its health. Errors in a row make it an outlier; an outlier is ejected, or merely
 * suspected where its fleet cannot spare it. When its time is up it is tried with one request at a time, until one is
 * served. The rules are Envoy's outlier detection for consecutive errors.
 */
final class Ejection {
    /**
     * @param consecutiveErrors failures in a row that make an outlier
     * @param connectErrors the same for failures to connect
     * @param base how long the first ejection lasts; the second lasts twice as long, and so on
     * @param max how long one lasts at most; as long after one, its count begins anew
     * @param maxEjectedShare of the ready replicas of a fleet, from 0 to 1; one stays in any case
     */
    record Settings(int consecutiveErrors, int connectErrors, Duration base, Duration max, double maxEjectedShare) {
        Settings {
            if (consecutiveErrors < 1) {
                throw new IllegalArgumentException("consecutive_errors: need 1 or more, got " + consecutiveErrors);
            }
            if (connectErrors < 1) {
                throw new IllegalArgumentException("connect_errors: need 1 or more, got " + connectErrors);
            }
            if (base.isNegative() || base.isZero() || max.compareTo(base) < 0) {
                throw new IllegalArgumentException(
                        "ejection time: need more than 0 and base up to max, got " + base + " and " + max);
            }
            if (!(maxEjectedShare >= 0 && maxEjectedShare <= 1)) {
                throw new IllegalArgumentException("max_ejected_share: need 0 to 1, got " + maxEjectedShare);
            }
        }

        static Settings of(Failover failover) {
            return new Settings(
                    failover.consecutiveErrors(),
                    failover.connectErrors(),
                    Duration.ofSeconds(failover.ejectionSeconds()),
                    Duration.ofSeconds(failover.ejectionSecondsMax()),
                    failover.ejectedShareMax());
        }

        static Settings defaults() {
            return new Settings(5, 2, Duration.ofSeconds(30), Duration.ofSeconds(300), 0.5);
        }
    }

    enum Standing {
        SOUND,
        /** An outlier that still takes requests. */
        SUSPECT,
        EJECTED,
        /** Takes one request at a time. */
        PROBED
    }

    private Settings settings;
    private Standing standing = Standing.SOUND;
    private Instant since = Instant.EPOCH;
    private Instant until = Instant.EPOCH;
    private int times;
    private int errors;
    private int connectErrors;

    Ejection(Settings settings) {
        this.settings = settings;
    }

    /** Of ejections from now on. */
    void configure(Settings next) {
        settings = next;
    }

    Standing standing() {
        return standing;
    }

    Instant since() {
        return since;
    }

    Instant until() {
        return until;
    }

    void failed() {
        errors++;
        connectErrors = 0;
    }

    void unreachable() {
        errors++;
        connectErrors++;
    }

    /** It can be reached, which is all that is known. */
    void reached() {
        connectErrors = 0;
    }

    /** It served a request or has started anew. The count of its ejections stays. */
    void sound() {
        errors = 0;
        connectErrors = 0;
        standing = Standing.SOUND;
    }

    boolean hasErrors() {
        return errors > 0 || standing != Standing.SOUND;
    }

    boolean isOutlier() {
        return standing == Standing.PROBED
                || errors >= settings.consecutiveErrors()
                || connectErrors >= settings.connectErrors();
    }

    void eject(Instant now) {
        if (standing != Standing.SUSPECT || !now.isBefore(until)) {
            begin(now);
        }
        standing = Standing.EJECTED;
    }

    /** Does nothing to one that is suspected or probed already. */
    void suspect(Instant now) {
        if (standing == Standing.SOUND) {
            begin(now);
            standing = Standing.SUSPECT;
        }
    }

    /** The time of suspicion is over; its errors in a row stay, so one more renews it. */
    void acquit() {
        standing = Standing.SOUND;
    }

    void probe() {
        standing = Standing.PROBED;
    }

    private void begin(Instant now) {
        times = now.isAfter(until.plus(settings.max())) ? 1 : times + 1;
        var lasts = settings.base().multipliedBy(times);
        since = now;
        until = now.plus(lasts.compareTo(settings.max()) < 0 ? lasts : settings.max());
    }
}
