package dev.forebay.compute;

import java.time.Duration;

/** Waits that double with each failure in a row. */
public final class Doubling {
    private Doubling() {}

    /** How long to wait after {@code failures} in a row: {@code first} after one, never more than {@code max}. */
    public static Duration after(int failures, Duration first, Duration max) {
        var doubled = first.multipliedBy(1L << Math.clamp(failures - 1L, 0, 30));
        return doubled.compareTo(max) < 0 ? doubled : max;
    }
}
