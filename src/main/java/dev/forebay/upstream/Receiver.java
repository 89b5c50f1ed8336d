package dev.forebay.upstream;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Usage;
import dev.forebay.sse.Frame;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a turn's answer. All calls come on the exchange's context. After events or pieces of an answer have come, the
 * turn is not tried again. {@link #complete} or {@link #failed} is called last, exactly once, unless the exchange was
 * cancelled.
 */
public interface Receiver {
    /** An event of a stream other than {@code [DONE]}; the frame is valid during the call. */
    void event(Frame frame, Kind kind);

    /** The events of this chunk from the network have been handed over. */
    void flush(Buffer chunk);

    /** A piece of an answer that is no stream; most come in one. */
    void answer(@Nullable String contentType, Buffer piece);

    /** True while the client is slower than the replica; {@link #onDrain} tells when it has caught up. */
    boolean isFull();

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
