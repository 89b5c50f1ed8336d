package dev.forebay.mcp;

import java.time.Duration;

/**
 * Leaves a server alone for a while after failures in a row. When the time is over calls may try again; the next failure
 * then opens it at once, the next success closes it. Thread-safe.
 */
final class Circuit {
    private final int failuresMax;
    private final long openNanos;
    private int failures;
    private long openUntil;
    private boolean open;

    Circuit(int failuresMax, Duration open) {
        this.failuresMax = failuresMax;
        this.openNanos = open.toNanos();
    }

    synchronized void succeeded() {
        failures = 0;
        open = false;
    }

    /** Returns true if this failure has opened it. */
    synchronized boolean failed(long now) {
        failures++;
        if (failures < failuresMax) {
            return false;
        }
        open = true;
        openUntil = now + openNanos;
        return true;
    }

    synchronized boolean isOpen(long now) {
        return open && openUntil - now > 0;
    }
}
