package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.agent.Tools.ToolFailure;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Carries JSON-RPC messages to one server and back. Thread-safe; only {@link #open} and {@link #close} block. */
interface Transport {
    /** Where messages go that come from the server. Called on the transport's threads; must not block. */
    interface Receiver {
        void message(JsonNode message);

        /** There will be no answer to this request. The failure is a {@link ToolFailure} or a {@link SessionLost}. */
        void failed(long id, Exception failure);

        /**
         * Nothing comes any more; requests without an answer may have had their effect.
         *
         * @param lastWords as {@link LastWords} has them; may be empty
         */
        void gone(String reason, String lastWords);
    }

    /** {@code stdio} or {@code http}. */
    String name();

    /** @throws ToolFailure if there is nothing to talk to */
    void open(Receiver receiver) throws ToolFailure;

    /** Sends a request. That it cannot be sent is told to the receiver like any other failure. */
    void request(long id, String method, byte[] message);

    /** Sends a message that has no answer. Completes when the server has it; fails if it cannot be sent. */
    CompletableFuture<@Nullable Void> send(byte[] message);

    /** Takes back a request that has not been sent. False if it has been, or may have been. */
    boolean unsend(long id);

    /** Nobody waits for this answer any more; what was sent before this call still goes out. */
    void abandon(long id);

    /** The version that both sides speak from here on. */
    void agreed(String protocolVersion);

    /** Listens to what the server says unasked, where that needs a channel of its own. */
    void listen();

    /** What the server wrote to its log last; may be empty. */
    String lastWords();

    void close() throws InterruptedException;
}
