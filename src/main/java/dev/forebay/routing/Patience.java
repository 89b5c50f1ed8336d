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

    void look(boolean isSomethingReady, Instant now) {
        if (isSomethingReady != warm) {
            warm = isSomethingReady;
            since = now;
        }
    }

    boolean isWarm() {
        return warm;
    }

    /** That nobody has exceeded as long as the state is newer than it. */
    Duration now(Instant now) {
        var patience = warm ? queue.timeout() : queue.coldTimeout();
        return now.isBefore(since.plus(patience)) ? FOREVER : patience;
    }
}
