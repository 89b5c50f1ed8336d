package dev.forebay.mcp;

import dev.forebay.agent.Tools.ToolFailure;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the observer how each exchange with a server ended.
 *
 * @param server the name that the observer knows it by
 */
record Operations(String server, McpObserver observer, LongSupplier nanos) {
    /** An exchange; what it throws besides is told as lost. */
    interface Step<T, E extends Exception> {
        T run() throws ToolFailure, InterruptedException, E;
    }

    /** @param since on the clock for spans of time */
    void sessionEnded(McpConnection connection, long since, boolean lost) {
        observer.sessionEnded(
                server,
                connection.transport(),
                connection.protocolVersion(),
                lost,
                Duration.ofNanos(nanos.getAsLong() - since));
    }

    <T, E extends Exception> T observe(String method, @Nullable String tool, McpConnection connection, Step<T, E> step)
            throws ToolFailure, InterruptedException, E {
        var startedAt = nanos.getAsLong();
        var error = "lost";
        try {
            var result = step.run();
            error = null;
            return result;
        } catch (ToolFailure e) {
            error = e.kind().name().toLowerCase(Locale.ROOT);
            throw e;
        } catch (InterruptedException e) {
            error = "cancelled";
            throw e;
        } finally {
            observer.operationEnded(new McpObserver.Operation(
                    server,
                    method,
                    tool,
                    connection.transport(),
                    connection.protocolVersion(),
                    error,
                    Duration.ofNanos(nanos.getAsLong() - startedAt)));
        }
    }
}
