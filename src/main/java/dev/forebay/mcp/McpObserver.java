package dev.forebay.mcp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Hears of every exchange with an MCP server. Called on the connection's threads; must not block. */
public interface McpObserver {
    McpObserver NONE = new McpObserver() {};

    default void operationEnded(Operation operation) {}

    /** A server's state has changed: up when its tools can be called. Only for configured servers. */
    default void serverChanged(String server, boolean up) {}

    /** A URL of a request was refused, for one of a closed set of reasons. */
    default void urlRefused(String reason) {}

    /**
     * A session that had been agreed on is over. Server, transport and version are told as in {@link Operation}.
     *
     * @param lost false if we ended it
     */
    default void sessionEnded(String server, String transport, String protocolVersion, boolean lost, Duration took) {}

    /**
     * @param server the server's configured name; the word {@code url} for servers that a request brought along
     * @param method such as {@code tools/call}
     * @param tool the tool's name for {@code tools/call}, else null
     * @param transport {@code stdio} or {@code http}
     * @param error null if an answer came, else a word from a closed set: {@code protocol}, {@code timeout},
     *     {@code unavailable}, {@code lost}, {@code too_large}, {@code cancelled}
     */
    record Operation(
            String server,
            String method,
            @Nullable String tool,
            String transport,
            String protocolVersion,
            @Nullable String error,
            Duration took) {}
}
