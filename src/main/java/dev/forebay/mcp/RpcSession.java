package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Tools.Progress;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.agent.Tools.ToolFailure.Kind;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON-RPC over a transport: requests with an answer each, notifications, and the few requests that servers make.
 * Callers wait on their own threads; whoever gives up tells the server so and leaves nothing behind. Why it is not the
 * SDK's session: {@code docs/decisions/0005-own-json-rpc-session.md}.
 */
final class RpcSession implements Transport.Receiver {
    private static final Logger log = LoggerFactory.getLogger(RpcSession.class);

    private final String server;
    private final Transport transport;
    private final LongSupplier nanos;
    private final Runnable onToolsChanged;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final CompletableFuture<String> gone = new CompletableFuture<>();

    /** @param onToolsChanged called on the transport's thread; must not block */
    RpcSession(String server, Transport transport, LongSupplier nanos, Runnable onToolsChanged) {
        this.server = server;
        this.transport = transport;
        this.nanos = nanos;
        this.onToolsChanged = onToolsChanged;
    }

    private static final class Pending {
        final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        final Progress progress;
        final long startedAt;
        volatile long heardAt;

        Pending(Progress progress, long now) {
            this.progress = progress;
            this.startedAt = now;
            this.heardAt = now;
        }

        long left(Patience patience, long now) {
            return Math.min(
                    heardAt + patience.silence().toNanos() - now,
                    startedAt + patience.total().toNanos() - now);
        }
    }

    /** Completes with the reason when nothing can be sent any more: for the log, for it holds the server's last words. */
    CompletableFuture<String> gone() {
        return gone;
    }

    /** How many requests wait for an answer. */
    int inFlight() {
        return pending.size();
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @param params owned by the session from here on
     * @return the member {@code result} as it came
     */
    JsonNode request(String method, ObjectNode params, Patience patience, @Nullable Progress progress)
            throws ToolFailure, SessionLost, InterruptedException {
        var id = lastId.incrementAndGet();
        if (progress != null) {
            params.withObjectProperty("_meta").put("progressToken", id);
        }
        var waiting = new Pending(progress == null ? (_, _, _) -> {} : progress, nanos.getAsLong());
        pending.put(id, waiting);
        try {
            transport.request(id, method, Wire.bytes(Wire.request(id, method, params)));
            return result(await(waiting, patience));
        } catch (TimeoutException e) {
            giveUp(id, method, "timed out");
            throw new ToolFailure(
                    Kind.TIMEOUT,
                    server + " did not answer " + method + " in time (" + spent(waiting, patience) + ")",
                    method.equals(McpSchema.METHOD_INITIALIZE) ? LastWords.of(transport.lastWords()) : e);
        } catch (InterruptedException e) {
            giveUp(id, method, "cancelled");
            throw e;
        } finally {
            pending.remove(id);
        }
    }

    CompletableFuture<@Nullable Void> notify(String method, @Nullable ObjectNode params) {
        return transport.send(Wire.bytes(Wire.notification(method, params)));
    }

    private JsonNode await(Pending waiting, Patience patience)
            throws TimeoutException, ToolFailure, SessionLost, InterruptedException {
        while (true) {
            var left = waiting.left(patience, nanos.getAsLong());
            try {
                return waiting.answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                // Progress may have been reported meanwhile, which starts the time anew.
                if (waiting.left(patience, nanos.getAsLong()) <= 0) {
                    throw e;
                }
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case ToolFailure failure -> throw failure;
                    case SessionLost lost -> throw lost;
                    case null, default -> throw new IllegalStateException("an unknown end of a request", e);
                }
            }
        }
    }

    private JsonNode result(JsonNode answer) throws ToolFailure {
        var error = answer.path("error");
        if (error.isObject()) {
            throw Failures.protocol(
                    server,
                    "answered with error " + error.path("code").asLong() + ": "
                            + Failures.cut(error.path("message").asText()));
        }
        if (!answer.has("result")) {
            throw Failures.protocol(server, "answered with neither result nor error");
        }
        return answer.path("result");
    }

    private void giveUp(long id, String method, String reason) {
        pending.remove(id);
        if (transport.unsend(id)) {
            return;
        }
        // The specification forbids to cancel the first request.
        if (!method.equals(McpSchema.METHOD_INITIALIZE)) {
            var _ = notify(
                    "notifications/cancelled",
                    Wire.object().put("requestId", id).put("reason", reason));
        }
        transport.abandon(id);
    }

    private String spent(Pending waiting, Patience patience) {
        var total = (nanos.getAsLong() - waiting.startedAt) / 1_000_000;
        return "after " + total + " ms; " + patience.silence().toMillis() + " ms without progress and "
                + patience.total().toMillis() + " ms in all are allowed";
    }

    @Override
    public void message(JsonNode message) {
        if (message.isArray()) {
            // Batches were part of 2025-03-26 only.
            message.forEach(this::single);
        } else {
            single(message);
        }
    }

    private void single(JsonNode message) {
        var id = message.path("id");
        if (!message.path("method").isTextual()) {
            answered(Wire.id(id), message);
        } else if (id.isMissingNode() || id.isNull()) {
            notified(message.path("method").textValue(), message.path("params"));
        } else {
            asked(message.path("method").textValue(), id);
        }
    }

    private void answered(long id, JsonNode message) {
        var waiting = pending.get(id);
        if (waiting == null) {
            log.atDebug().addKeyValue("server", server).log("answer that nobody waits for any more");
        } else {
            waiting.answer.complete(message);
        }
    }

    private void asked(String method, JsonNode id) {
        var answer = method.equals(McpSchema.METHOD_PING)
                ? Wire.result(id, Wire.object())
                : Wire.error(
                        id,
                        McpSchema.ErrorCodes.METHOD_NOT_FOUND,
                        "this client offers nothing but ping, got " + Failures.cut(method));
        var _ = transport.send(Wire.bytes(answer));
    }

    private void notified(String method, JsonNode params) {
        switch (method) {
            case McpSchema.METHOD_NOTIFICATION_PROGRESS -> progressed(params);
            case McpSchema.METHOD_NOTIFICATION_TOOLS_LIST_CHANGED -> onToolsChanged.run();
            default ->
                log.atTrace()
                        .addKeyValue("server", server)
                        .addKeyValue("method", Failures.cut(method))
                        .log("mcp notification passed over");
        }
    }

    private void progressed(JsonNode params) {
        var waiting = pending.get(Wire.id(params.path("progressToken")));
        if (waiting == null) {
            return;
        }
        waiting.heardAt = nanos.getAsLong();
        try {
            waiting.progress.report(
                    params.path("progress").asDouble(),
                    params.path("total").isNumber() ? params.path("total").doubleValue() : null,
                    params.path("message").isTextual() ? params.path("message").textValue() : null);
        } catch (RuntimeException e) {
            // Whoever listens to one call must not bring down the connection of all.
            log.atWarn().addKeyValue("server", server).setCause(e).log("a report of progress was not taken");
        }
    }

    @Override
    public void failed(long id, Exception failure) {
        var waiting = pending.get(id);
        if (waiting != null) {
            waiting.answer.completeExceptionally(failure);
        }
    }

    @Override
    public void gone(String reason, String lastWords) {
        gone.complete(reason + LastWords.behind(lastWords));
        pending.values()
                .forEach(waiting -> waiting.answer.completeExceptionally(
                        new ToolFailure(Kind.LOST, server + " " + reason, LastWords.of(lastWords))));
    }
}
