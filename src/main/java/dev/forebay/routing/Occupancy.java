package dev.forebay.routing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests in flight at each replica, counted over all deployments that it serves. Thread-safe. */
final class Occupancy {
    private final Map<String, AtomicInteger> byReplica = new ConcurrentHashMap<>();

    /** Those at one replica. */
    static final class Seats {
        private final AtomicInteger taken;
        private final int limit;

        private Seats(AtomicInteger taken, int limit) {
            this.taken = taken;
            this.limit = limit;
        }

        int taken() {
            return taken.get();
        }

        int limit() {
            return limit;
        }

        boolean isFree() {
            return limit == 0 || taken.get() < limit;
        }

        /** False if another deployment was faster. */
        boolean take() {
            if (limit == 0) {
                taken.incrementAndGet();
                return true;
            }
            return taken.getAndUpdate(count -> Math.min(limit, count + 1)) < limit;
        }

        void giveBack() {
            taken.decrementAndGet();
        }
    }

    /** @param limit 0 for none */
    Seats at(String replica, int limit) {
        return new Seats(byReplica.computeIfAbsent(replica, _ -> new AtomicInteger()), limit);
    }
}
