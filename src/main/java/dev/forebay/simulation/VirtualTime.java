package dev.forebay.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until the next event, and the events that are to come: a binary heap in three arrays, since
 * there may be a million of them. One thread.
 */
final class VirtualTime implements InstantSource {
    private final Instant start;
    private long[] nanos = new long[1024];
    private long[] orders = new long[1024];
    private @Nullable Runnable[] events = new @Nullable Runnable[1024];
    private int size;
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

    void every(Duration period, Runnable what) {
        in(period, () -> {
            what.run();
            every(period, what);
        });
    }

    void at(long moment, Runnable what) {
        inNanos(moment - now, what);
    }

    void inNanos(long later, Runnable what) {
        if (size == events.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        var moment = now + Math.max(0, later);
        var order = scheduled++;
        var place = size++;
        while (place > 0 && isSooner(moment, order, (place - 1) >>> 1)) {
            var above = (place - 1) >>> 1;
            move(above, place);
            place = above;
        }
        put(place, moment, order, what);
    }

    /** @param afterEach looks at what the event has done */
    void runUntil(Duration end, Runnable afterEach) {
        while (size > 0 && nanos[0] <= end.toNanos()) {
            advance(nanos[0]);
            var event = events[0];
            removeFirst();
            if (event != null) {
                event.run();
                afterEach.run();
            }
        }
        advance(end.toNanos());
    }

    private void removeFirst() {
        var last = --size;
        var moment = nanos[last];
        var order = orders[last];
        var event = events[last];
        events[last] = null;
        if (last == 0) {
            return;
        }
        var place = 0;
        for (var below = 1; below < size; below = 2 * place + 1) {
            if (below + 1 < size && isSooner(nanos[below + 1], orders[below + 1], below)) {
                below++;
            }
            if (isSooner(moment, order, below)) {
                break;
            }
            move(below, place);
            place = below;
        }
        put(place, moment, order, event);
    }

    private boolean isSooner(long moment, long order, int than) {
        return moment < nanos[than] || (moment == nanos[than] && order < orders[than]);
    }

    private void move(int from, int to) {
        put(to, nanos[from], orders[from], events[from]);
    }

    private void put(int place, long moment, long order, @Nullable Runnable event) {
        nanos[place] = moment;
        orders[place] = order;
        events[place] = event;
    }

    private void advance(long moment) {
        if (moment > now) {
            now = moment;
            instant = start.plusNanos(moment);
        }
    }
}
