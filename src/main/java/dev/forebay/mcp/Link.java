package dev.forebay.mcp;

import dev.forebay.agent.Tools.ToolFailure;
import java.time.Duration;
import java.util.Optional;

/** Keeps a connection to one server: makes it, shares it, makes it anew. Thread-safe. */
interface Link {
    /** A connection that stands, and its tools. */
    record Live(McpConnection connection, ToolCache tools) {}

    /** Opens a connection; blocks. */
    @FunctionalInterface
    interface Connector {
        /** @throws ToolFailure if the server cannot be reached; nothing is left running */
        McpConnection open() throws ToolFailure, InterruptedException;
    }

    /** The connection if it stands now. */
    Optional<Live> now();

    /**
     * The connection, waited for if it is just being made.
     *
     * @throws ToolFailure if there is none, with the reason
     */
    Live live(Duration patience) throws ToolFailure, InterruptedException;

    /** The connection has turned out to be of no use; it is closed and made anew. */
    void drop(McpConnection connection, String reason);

    /** False while the server is known to be down. */
    boolean isHopeful();

    ServerStatus.State state();

    /** Why the server is not up; empty if it is. */
    String reason();

    /** How often the connection has been made anew. */
    int restarts();

    /** Blocks for a bounded time. */
    void close() throws InterruptedException;
}
