package dev.forebay.kubernetes;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Orders that wait to be carried out. A number of replicas overtakes those ordered before it; a removal stands once. So
 * there are never more than pods, and one.
 */
final class Orders {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Order> waiting = new ArrayDeque<>();
    private boolean stopped;
    private long added;
    private long taken;

    void add(Order order) {
        locked(() -> {
            if (order instanceof Order.Scale) {
                waiting.removeIf(other -> other instanceof Order.Scale && !other.equals(order));
            }
            if (waiting.contains(order)) {
                return false;
            }
            added++;
            changed.signalAll();
            return waiting.add(order);
        });
    }

    /** Puts back what failed, unless a later order says otherwise. */
    void again(Order order) {
        locked(() -> {
            var overtaken = order instanceof Order.Scale && waiting.stream().anyMatch(Order.Scale.class::isInstance);
            return !overtaken && !waiting.contains(order) && waiting.offerFirst(order);
        });
    }

    /** Empty if none came within the patience; without a patience it waits for one. */
    Optional<Order> next(Optional<Duration> patience) throws InterruptedException {
        await(patience, () -> !waiting.isEmpty());
        return locked(() -> {
            taken = added;
            return Optional.ofNullable(waiting.poll());
        });
    }

    /** Waits, but not once something new is ordered. */
    void pause(Duration span) throws InterruptedException {
        await(Optional.of(span), () -> added != taken);
    }

    void stop() {
        locked(() -> {
            stopped = true;
            changed.signalAll();
            return stopped;
        });
    }

    boolean isStopped() {
        return locked(() -> stopped);
    }

    private void await(Optional<Duration> patience, BooleanSupplier over) throws InterruptedException {
        lock.lock();
        try {
            var left = patience.map(Duration::toNanos).orElse(Long.MAX_VALUE);
            while (left > 0 && !stopped && !over.getAsBoolean()) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
