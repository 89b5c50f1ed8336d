package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.access.Caller;
import dev.forebay.chat.ModelFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent's tools come from. All methods may block and are called on virtual threads only; interrupting the
 * thread cancels what it waits for, at the server too.
 */
public interface Tools {
    /**
     * Finds the tools of one request. Servers that cannot be reached do not fail it: they are listed in
     * {@link Toolbox#unavailable}, unless they are required.
     *
     * @throws ModelFailure.BadRequest if a source names a server that is not configured or a URL that is not allowed
     * @throws ModelFailure.Broken if a required server cannot be reached
     */
    Toolbox open(List<Source> sources, Caller caller) throws InterruptedException;

    /**
     * A server that a model or a request asks for.
     *
     * @param server a configured server's name, or a URL
     * @param label how the request calls it; the same as {@code server} for configured ones
     * @param allowed names of the tools to take; empty takes all
     * @param headers sent to the server if it is a URL
     * @param param the request's parameter that named it, for errors; null for the model's own
     */
    record Source(
            String server,
            String label,
            Set<String> allowed,
            java.util.Map<String, String> headers,
            @Nullable String param) {
        public Source {
            allowed = Set.copyOf(allowed);
            headers = java.util.Map.copyOf(headers);
        }
    }

    /** The tools of one request: a snapshot that later changes at the servers do not touch. */
    interface Toolbox {
        /** Sorted by server label, then by name, the same for the same servers. */
        List<Tool> tools();

        /** What could not be reached, and why. */
        List<Unavailable> unavailable();

        /**
         * Runs a tool once. It is never sent twice once the server may have seen it.
         *
         * @param arguments valid against the tool's schema
         * @param timeout without progress; a report of progress starts it anew, up to {@code timeoutMax} in all
         * @throws ToolFailure if there is no result; a result with an error of the tool's own is not a failure
         */
        Result call(Tool tool, ObjectNode arguments, Duration timeout, Duration timeoutMax, Progress progress)
                throws ToolFailure, InterruptedException;

        /** False while the server's circuit is open: its tools are not offered to the model. */
        boolean isAvailable(Tool tool);
    }

    /**
     * @param server the label that the request knows the server by
     * @param name the server's own name for the tool, any characters
     * @param inputSchema JSON Schema, 2020-12 unless it says otherwise
     * @param readOnly the server's hint, and only if the configuration trusts it
     * @param serial true if calls to this server must run one after the other
     * @param timeout the tool's own, if configured
     */
    record Tool(
            String server,
            String name,
            String description,
            JsonNode inputSchema,
            boolean readOnly,
            boolean serial,
            Optional<Duration> timeout) {}

    record Unavailable(String server, String reason) {}

    /** What a tool answered, in MCP's terms. */
    record Result(List<Content> content, Optional<JsonNode> structured, boolean isError) {
        public Result {
            content = List.copyOf(content);
        }
    }

    /** A block of a result. Blocks meant for the user only have been left out. */
    sealed interface Content {
        record Text(String text) implements Content {}

        record Image(String mimeType, String base64) implements Content {}

        record Audio(String mimeType, String base64) implements Content {}

        /** An embedded resource, as text or as base64. */
        record Resource(
                String uri,
                @Nullable String mimeType,
                @Nullable String text,
                @Nullable String base64) implements Content {}

        record Link(String uri, String name, @Nullable String mimeType) implements Content {}

        /** A type that came after us. */
        record Unknown(String type) implements Content {}
    }

    /** Called on the connection's thread: must not block. */
    @FunctionalInterface
    interface Progress {
        void report(double progress, @Nullable Double total, @Nullable String message);
    }

    /** A call without a result. The message is short and meant for the model. */
    final class ToolFailure extends Exception {
        private static final long serialVersionUID = 1L;
        private final Kind kind;

        public ToolFailure(Kind kind, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.kind = kind;
        }

        public Kind kind() {
            return kind;
        }

        public enum Kind {
            /** The server answered with a JSON-RPC error. */
            PROTOCOL,
            TIMEOUT,
            /** The server could not be reached; the call had no effect. */
            UNAVAILABLE,
            /** The server went away after it had been sent the call: it may have had its effect. */
            LOST,
            /** The result is larger than the connection's limit. */
            TOO_LARGE
        }
    }
}
