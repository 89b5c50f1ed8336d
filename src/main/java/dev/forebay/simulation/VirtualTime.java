package dev.forebay.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;

/** A clock that stands still until the next event, and the events that are to come. One thread. */
final class VirtualTime implements InstantSource {
    private record Event(long nanos, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            var sooner = Long.compare(nanos, other.nanos);
            return sooner != 0 ? sooner : Long.compare(order, other.order);
        }
    }

    private final Instant start;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long scheduled;
    private Instant instant;

    VirtualTime(Instant start) {
        this.start = start;
        this.instant = start;
    }

    @Override
    public Instant instant() {
        return instant;
    }

    Duration passed() {
        return Duration.ofNanos(now);
    }

    long nanos() {
        return now;
    }

    /** Events of the same moment happen in the order in which they were announced. */
    void in(Duration time, Runnable what) {
        inNanos(time.toNanos(), what);
    }

    void inSeconds(double seconds, Runnable what) {
        inNanos((long) (seconds * 1e9), what);
    }

    void every(Duration period, Runnable what) {
        in(period, () -> {
            what.run();
            every(period, what);
        });
    }

    /** @param afterEach looks at what the event has done */
    void runUntil(Duration end, Runnable afterEach) {
        for (Event next; (next = events.peek()) != null && next.nanos <= end.toNanos(); ) {
            events.poll();
            advance(next.nanos);
            next.what.run();
            afterEach.run();
        }
        advance(end.toNanos());
    }

    void at(long nanos, Runnable what) {
        inNanos(nanos - now, what);
    }

    void inNanos(long nanos, Runnable what) {
        events.add(new Event(now + Math.max(0, nanos), scheduled++, what));
    }

    private void advance(long nanos) {
        if (nanos > now) {
            now = nanos;
            instant = start.plusNanos(nanos);
        }
    }
}
