package dev.forebay.upstream;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.RouteTaken;
import dev.forebay.chat.Usage;
import dev.forebay.sse.Frame;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a turn's answer. All calls come on the exchange's event loop. After events or pieces of an answer have come, the
 * turn is not tried again. {@link #complete} or {@link #failed} is called last, exactly once, unless the exchange was
 * cancelled. A receiver that throws ends the turn as failed.
 */
public interface Receiver {
    /** Where the turn runs is known, or how long it has waited in vain; again for each try, and before anything else. */
    default void routed(RouteTaken route) {}

    /** The answer begins: the headers that the replica sent with it, valid during the call. */
    default void head(MultiMap headers) {}

    /**
     * An event of a stream other than {@code [DONE]}: one data line of JSON that has choices. The frame is valid during
     * the call.
     */
    void event(Frame frame, Kind kind);

    /**
     * What one chunk from the network brought has been handed over; called after events have come, and before
     * {@link #complete} or {@link #failed} if any came since the last time.
     *
     * @param asItCame the chunk itself if it is made up of exactly these events, byte for byte, so that it can be written
     *     as it is; null if it also holds comments, {@code [DONE]}, or a part of an event. It may be kept
     */
    void flush(@Nullable Buffer asItCame);

    /** A piece of an answer that is no stream; most come in one. */
    void answer(@Nullable String contentType, Buffer piece);

    /** True while the client is slower than the replica, which is paused then. */
    boolean isFull();

    /** @param drained to be run once, on the exchange's event loop, when the client has caught up */
    void onDrain(Runnable drained);

    void complete(Usage usage);

    void failed(ModelFailure failure);

    /** What an event is about. */
    enum Kind {
        /** Part of the answer. */
        ANSWER,
        /** Nothing but the usage, which comes because Forebay asks for it. */
        USAGE
    }
}
