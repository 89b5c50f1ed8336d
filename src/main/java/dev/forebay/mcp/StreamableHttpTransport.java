package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.agent.Tools.ToolFailure.Kind;
import dev.forebay.mcp.HttpTarget.Session;
import io.modelcontextprotocol.spec.McpSchema;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streamable HTTP of the revisions up to 2025-11-25: each message is a POST, answered by JSON or by a stream of events;
 * one GET listens. State is touched on the target's context only, apart from the session.
 */
final class StreamableHttpTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(StreamableHttpTransport.class);
    private static final long CLOSE_MILLIS = 2000;

    private final HttpTarget target;
    private final RandomGenerator random;
    private final Runnable onListeningResumed;
    private final Map<Long, HttpExchange> running = new HashMap<>();
    private volatile Session session = Session.NONE;
    private volatile @Nullable Receiver receiver;
    private @Nullable HttpListening listening;
    private boolean closed;

    /** @param onListeningResumed called when news may have been missed; must not block */
    StreamableHttpTransport(HttpTarget target, RandomGenerator random, Runnable onListeningResumed) {
        this.target = target;
        this.random = random;
        this.onListeningResumed = onListeningResumed;
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public void open(Receiver receiver) {
        this.receiver = receiver;
    }

    @Override
    public void request(long id, String method, byte[] message) {
        var isFirst = method.equals(McpSchema.METHOD_INITIALIZE);
        var with = isFirst ? Session.NONE : session;
        onContext(() -> {
            var to = receiver();
            if (closed) {
                to.failed(id, new ToolFailure(Kind.UNAVAILABLE, target.server() + " is being stopped", null));
                return;
            }
            var exchange = new HttpExchange(target, with, id, new HttpExchange.Listener() {
                @Override
                public void accepted(String sessionId) {
                    if (isFirst) {
                        session = new Session(sessionId, "");
                    }
                }

                @Override
                public void message(JsonNode message) {
                    to.message(message);
                }

                @Override
                public void over(@Nullable Exception failure) {
                    running.remove(id);
                    if (failure != null) {
                        to.failed(id, failure);
                    }
                }
            });
            running.put(id, exchange);
            exchange.start(message);
        });
    }

    @Override
    public CompletableFuture<@Nullable Void> send(byte[] message) {
        var delivered = new CompletableFuture<@Nullable Void>();
        var to = receiver();
        var exchange = new HttpExchange(target, session, Wire.NO_ID, new HttpExchange.Listener() {
            @Override
            public void accepted(String sessionId) {
                delivered.complete(null);
            }

            @Override
            public void message(JsonNode message) {
                to.message(message);
            }

            @Override
            public void over(@Nullable Exception failure) {
                if (failure != null) {
                    delivered.completeExceptionally(failure);
                }
            }
        });
        onContext(() -> exchange.start(message));
        return delivered;
    }

    @Override
    public boolean unsend(long id) {
        return false;
    }

    @Override
    public void abandon(long id) {
        onContext(() -> {
            var exchange = running.remove(id);
            if (exchange != null) {
                exchange.cancel();
            }
        });
    }

    @Override
    public void agreed(String protocolVersion) {
        session = new Session(session.id(), protocolVersion);
    }

    @Override
    public void listen() {
        var with = session;
        onContext(() -> {
            if (listening != null) {
                listening.stop();
            }
            if (!closed) {
                listening = new HttpListening(target, with, receiver(), onListeningResumed, random);
                listening.start();
            }
        });
    }

    @Override
    public String lastWords() {
        return "";
    }

    @Override
    public void close() throws InterruptedException {
        var ended = new CompletableFuture<@Nullable Void>();
        onContext(() -> {
            if (closed) {
                ended.complete(null);
                return;
            }
            closed = true;
            if (listening != null) {
                listening.stop();
            }
            running.values().forEach(HttpExchange::cancel);
            running.clear();
            endSession(ended);
        });
        var to = receiver;
        if (to != null) {
            to.gone("is being stopped", "");
        }
        try {
            ended.get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atDebug().addKeyValue("server", target.server()).setCause(e).log("the session could not be ended");
        }
    }

    private void endSession(CompletableFuture<@Nullable Void> ended) {
        if (session.id().isEmpty()) {
            ended.complete(null);
            return;
        }
        var options =
                target.request(HttpMethod.DELETE, "application/json", session).setTimeout(CLOSE_MILLIS);
        target.client().request(options).compose(request -> request.send()).onComplete(answer -> {
            if (answer.succeeded()) {
                ended.complete(null);
            } else {
                ended.completeExceptionally(answer.cause());
            }
        });
    }

    private Receiver receiver() {
        var to = receiver;
        if (to == null) {
            throw new IllegalStateException("not open");
        }
        return to;
    }

    private void onContext(Runnable step) {
        target.context().runOnContext(_ -> step.run());
    }
}
