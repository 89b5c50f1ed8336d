package dev.forebay.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The database did not do what it was asked to; the message names it and says what to do. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(String message, @Nullable SQLException cause) {
        super(message, cause);
    }
}
