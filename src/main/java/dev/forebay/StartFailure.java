package dev.forebay;

import org.jspecify.annotations.Nullable;

/** The gateway cannot start for a reason that the user can mend; the message names the place and the remedy. */
final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean usage;

    StartFailure(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private StartFailure(String message, @Nullable Throwable cause, boolean usage) {
        super(message, cause);
        this.usage = usage;
    }

    /** An argument of the command line is at fault. */
    static StartFailure ofArgument(String message, @Nullable Throwable cause) {
        return new StartFailure(message, cause, true);
    }

    boolean isUsage() {
        return usage;
    }
}
