package dev.forebay;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a new configuration removed goes with the last request that began before it, or after ten minutes if one takes
 * longer: else one stream could hold the memory of a GPU for hours.
 */
final class Departure {
    private static final Logger log = LoggerFactory.getLogger(Departure.class);
    private static final long LAST_MILLIS = 600_000;

    private final Vertx vertx;
    private final List<Runnable> steps;
    private final AtomicBoolean begun = new AtomicBoolean();

    /** @param steps in order; each may block */
    Departure(Vertx vertx, List<Runnable> steps) {
        this.vertx = vertx;
        this.steps = steps;
    }

    void after(Future<?> holders) {
        var timer = vertx.setTimer(LAST_MILLIS, _ -> go());
        holders.onComplete(_ -> {
            vertx.cancelTimer(timer);
            go();
        });
    }

    private void go() {
        if (begun.compareAndSet(false, true)) {
            Thread.ofVirtual().name("departure").start(() -> steps.forEach(Departure::take));
        }
    }

    private static void take(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            // The others are to go all the same.
            log.atError().setCause(e).log("removing what is not configured any more failed");
        }
    }
}
