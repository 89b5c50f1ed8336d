package dev.forebay.simulation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The rules did what they never may; the message says which of the invariants of docs/reference/routing.md it was. */
public final class BrokenInvariant extends IllegalStateException {
    private static final long serialVersionUID = 1L;
    private final Duration after;

    BrokenInvariant(String message) {
        this(message, Duration.ZERO, null);
    }

    private BrokenInvariant(String message, Duration after, @Nullable Throwable cause) {
        super(message, cause);
        this.after = after;
    }

    static void need(boolean condition, String otherwise) {
        if (!condition) {
            throw new BrokenInvariant(otherwise);
        }
    }

    /** Of virtual time. */
    BrokenInvariant after(Duration passed) {
        return new BrokenInvariant(String.valueOf(getMessage()), passed, this);
    }

    Duration after() {
        return after;
    }

    /** As {@code I4}. */
    String invariant() {
        var message = String.valueOf(getMessage());
        return message.substring(0, Math.max(0, message.indexOf(':')));
    }
}
