package dev.forebay.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts open requests by cohort: each wait closes the present one, and requests that begin later belong to the next. A
 * request keeps the number of its cohort. Not thread-safe.
 */
final class Cohorts {
    /** Those of before a wait. */
    private static final class Closed {
        private final Promise<Void> ended = Promise.promise();
        private int open;

        Closed(int open) {
            this.open = open;
        }
    }

    /** In order; the first is never without open requests. */
    private final List<Closed> closed = new ArrayList<>();

    /** Number of the first closed one; the present one's follows that of the last. */
    private long first;

    private int open;

    /** Returns the number to end with. */
    long begin() {
        open++;
        return first + closed.size();
    }

    void end(long cohort) {
        var index = (int) (cohort - first);
        if (index == closed.size()) {
            open--;
            return;
        }
        closed.get(index).open--;
        while (!closed.isEmpty() && closed.getFirst().open == 0) {
            // Taken out first: whoever is told may wait again.
            var over = closed.removeFirst();
            first++;
            over.ended.complete();
        }
    }

    /** As {@link Edge#whenThoseOpenNowHaveEnded}. */
    Future<Void> whenThoseOpenNowHaveEnded() {
        if (open > 0) {
            closed.add(new Closed(open));
            open = 0;
        }
        return closed.isEmpty()
                ? Future.succeededFuture()
                : closed.getLast().ended.future();
    }
}
