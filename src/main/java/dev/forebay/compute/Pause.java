package dev.forebay.compute;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Waiting that ends early: when told to stop, or when a condition holds after somebody called {@link #wake}. It stands
 * in for interrupts, which would close the files that the thread is just writing.
 */
final class Pause {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean stopped;

    void stop() {
        lock.lock();
        try {
            stopped = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void await(Duration span, BooleanSupplier over) {
        lock.lock();
        try {
            var left = span.toNanos();
            while (left > 0 && !stopped && !over.getAsBoolean()) {
                left = woken.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            // Nobody has a reason to interrupt this thread; should it happen, the process must not be left behind.
            stopped = true;
        } finally {
            lock.unlock();
        }
    }
}
