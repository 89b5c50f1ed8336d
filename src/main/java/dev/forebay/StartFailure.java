package dev.forebay;

import org.jspecify.annotations.Nullable;

/** The gateway cannot start for a reason that the user can mend; the message names the place and the remedy. */
final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
