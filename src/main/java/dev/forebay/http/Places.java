package dev.forebay.http;

import java.util.concurrent.atomic.AtomicInteger;

/** How many of one thing the whole process takes at once. Thread-safe. */
public final class Places {
    private final int max;
    private final AtomicInteger taken = new AtomicInteger();

    public Places(int max) {
        this.max = max;
    }

    /** False if none is left. */
    boolean take() {
        if (taken.incrementAndGet() <= max) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }

    void giveBack() {
        taken.decrementAndGet();
    }

    int taken() {
        return taken.get();
    }
}
