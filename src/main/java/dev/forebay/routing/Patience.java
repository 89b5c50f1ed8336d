package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;

/** How long a request may wait: one time while a replica is ready, another while none is, and the whole of each. */
final class Patience {
    private static final Duration FOREVER = Duration.ofDays(3650);

    private final Deployment.Queue queue;
    private boolean warm;
    private Instant since = Instant.MIN;

    Patience(Deployment.Queue queue) {
        this.queue = queue;
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
