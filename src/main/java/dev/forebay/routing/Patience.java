package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;

/**
 * How long requests may wait: longer while no replica is ready. Whenever that changes, who waits gets the whole patience of
 * the new state. Guarded by the deployment's lock.
 */
final class Patience {
    private static final Duration FOREVER = Duration.ofDays(3650);

    private final Deployment.Queue queue;
    private boolean warm;
    private Instant since = Instant.MIN;

    Patience(Deployment.Queue queue) {
        this.queue = queue;
    }

    void inherit(Patience before) {
        warm = before.warm;
        since = before.since;
    }

    /** @param isWarm whether a replica is ready */
    void update(boolean isWarm, Instant now) {
        if (isWarm != warm) {
            warm = isWarm;
            since = now;
        }
    }

    boolean isWarm() {
        return warm;
    }

    /** Whoever has waited for longer is refused. */
    Duration at(Instant now) {
        var patience = warm ? queue.timeout() : queue.coldTimeout();
        return now.isBefore(since.plus(patience)) ? FOREVER : patience;
    }
}
