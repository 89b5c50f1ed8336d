package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Tools.Progress;
import dev.forebay.agent.Tools.ToolFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A live conversation with one server, in whichever era of the protocol it speaks. Thread-safe. Methods that wait are
 * for virtual threads; interrupting one cancels the request at the server.
 */
interface McpConnection {
    /** {@code stdio} or {@code http}. */
    String transport();

    String protocolVersion();

    /** Every page of the server's tools, as it describes them, up to the configured number. */
    List<JsonNode> listTools(Duration timeout) throws ToolFailure, InterruptedException;

    /** Calls a tool once and returns the result as it came. */
    JsonNode callTool(String name, ObjectNode arguments, Patience patience, Progress progress)
            throws ToolFailure, InterruptedException;

    /** @throws ToolFailure if the server does not answer */
    void ping(Duration timeout) throws ToolFailure, InterruptedException;

    /** Calls this whenever the server's tools may have changed, on the connection's thread; must not block. */
    void onToolsChanged(Runnable changed);

    /** Completes with the reason once nothing can be sent any more. */
    CompletableFuture<String> gone();

    /** Ends the conversation and what carries it; calls in flight fail. Blocks for a bounded time. */
    void close() throws InterruptedException;
}
