package dev.forebay.upstream;

import dev.forebay.chat.Usage;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a replica's answer, of one kind each. It ends its attempt itself, by {@link Attempt#complete} or
 * {@link Attempt#fail}, and is called no more after that.
 */
sealed interface Answer permits StreamedAnswer, WholeAnswer, Refusal {
    void chunk(Buffer chunk);

    /** The body came to its end. */
    void ended();

    /** The connection broke before that. */
    void broken(@Nullable Throwable cause);

    /** Nothing came in the time that {@link Attempt#due} gave it. */
    void late();

    /** What the replica has said so far. */
    default Usage usage() {
        return Usage.NONE;
    }
}
