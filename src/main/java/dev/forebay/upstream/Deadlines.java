package dev.forebay.upstream;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Watches the deadlines of one event loop's exchanges. One timer looks through them four times a second, so that moving
 * a deadline, which happens with each chunk of an answer, is the write of a field. Used on the event loop only.
 */
final class Deadlines {
    private static final long SWEEP_MILLIS = 250;

    /** Something that must not take for ever. */
    abstract static class Watched {
        private int place = -1;

        /** @param now of the clock that deadlines are given in */
        abstract void check(long now);
    }

    private final Vertx vertx;
    private final LongSupplier nanos;
    private final List<Watched> watched = new ArrayList<>();
    private boolean ticking;

    Deadlines(Vertx vertx, LongSupplier nanos) {
        this.vertx = vertx;
        this.nanos = nanos;
    }

    void watch(Watched one) {
        one.place = watched.size();
        watched.add(one);
        if (!ticking) {
            ticking = true;
            vertx.setTimer(SWEEP_MILLIS, _ -> sweep());
        }
    }

    void forget(Watched one) {
        if (one.place < 0) {
            return;
        }
        var last = watched.removeLast();
        if (last.place != one.place) {
            last.place = one.place;
            watched.set(one.place, last);
        }
        one.place = -1;
    }

    private void sweep() {
        var now = nanos.getAsLong();
        // Backwards: whoever is forgotten during its check is replaced by one that was checked already.
        for (var i = watched.size() - 1; i >= 0; i--) {
            if (i < watched.size()) {
                watched.get(i).check(now);
            }
        }
        ticking = !watched.isEmpty();
        if (ticking) {
            vertx.setTimer(SWEEP_MILLIS, _ -> sweep());
        }
    }
}
