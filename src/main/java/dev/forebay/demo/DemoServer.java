package dev.forebay.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small OpenAI-compatible server without a model: rules stand in for one, and say so. It speaks plain HTTP, asks for
 * no key, and accepts any model name, whose echo it answers with.
 */
public final class DemoServer {
    /** The one model that it lists. */
    public static final String MODEL = "demo";

    private static final Logger log = LoggerFactory.getLogger(DemoServer.class);
    private static final int IDLE_SECONDS = 75;
    private static final long LINGER_MILLIS = 500;

    private final Vertx vertx;
    private final Settings settings;
    private final HttpServer server;
    private final ObjectMapper mapper;
    private final Map<String, Function<ObjectNode, Answer>> posts;
    private final Map<String, Supplier<ObjectNode>> gets;
    private final AtomicInteger active = new AtomicInteger();

    private DemoServer(Vertx vertx, int port, Settings settings, InstantSource clock, Supplier<String> ids) {
        this.vertx = vertx;
        this.settings = settings;
        this.mapper = Json.mapper(settings.depthMax());
        this.posts = Map.of(
                "/v1/chat/completions", new ChatRoute(clock, ids)::answer,
                "/v1/completions", new CompletionsRoute(clock, ids)::answer,
                "/v1/embeddings", new EmbeddingsRoute()::answer);
        var started = clock.instant().getEpochSecond();
        this.gets = Map.of(
                "/health",
                () -> JsonNodeFactory.instance.objectNode().put("status", "ok"),
                "/v1/models",
                () -> models(started),
                "/v1/models/" + MODEL,
                () -> model(started));
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(settings.host())
                        .setPort(port)
                        .setIdleTimeout(IDLE_SECONDS))
                .requestHandler(this::serve);
    }

    /**
     * Starts to listen.
     *
     * @param port 0 for any that is free
     * @param ids makes the part of ids that follows their prefix
     * @return fails if the port is taken
     */
    public static Future<DemoServer> start(
            Vertx vertx, int port, Settings settings, InstantSource clock, Supplier<String> ids) {
        var demo = new DemoServer(vertx, port, settings, clock, ids);
        return demo.server.listen().map(server -> {
            log.atInfo().addKeyValue("port", server.actualPort()).log("demo model server ready");
            return demo;
        });
    }

    public int port() {
        return server.actualPort();
    }

    /** Ends the requests that are being served, too. */
    public Future<Void> close() {
        return server.close();
    }

    /** Requests that are being served. */
    int active() {
        return active.get();
    }

    private void serve(HttpServerRequest request) {
        count(request.response());
        try {
            var path = request.path();
            var route = posts.get(path);
            if (route != null) {
                allow(request, HttpMethod.POST);
                read(request, route);
            } else if (gets.containsKey(path)) {
                allow(request, HttpMethod.GET);
                send(request.response(), 200, gets.get(path).get());
            } else if (path != null && path.startsWith("/v1/models/")) {
                throw new Refusal(404, "the one model here is \"" + MODEL + "\"", "model", "model_not_found");
            } else {
                throw new Refusal(
                        404, "there is nothing at " + Answers.shortened(String.valueOf(path), 100), null, "not_found");
            }
        } catch (Refusal refusal) {
            refuse(request, refusal);
        }
    }

    private void count(HttpServerResponse response) {
        active.incrementAndGet();
        var counted = new AtomicBoolean(true);
        Runnable ended = () -> {
            if (counted.compareAndSet(true, false)) {
                active.decrementAndGet();
            }
        };
        response.endHandler(_ -> ended.run());
        response.closeHandler(_ -> ended.run());
    }

    private static void allow(HttpServerRequest request, HttpMethod method) {
        if (!request.method().equals(method)) {
            request.response().putHeader("allow", method.name());
            throw new Refusal(405, "use " + method.name() + " for " + request.path(), null, "method_not_allowed");
        }
    }

    private void read(HttpServerRequest request, Function<ObjectNode, Answer> route) {
        if (active.get() > settings.requestsMax()) {
            request.response().putHeader("retry-after", "1");
            throw new Refusal(503, "more than " + settings.requestsMax() + " requests at once", null, "overloaded");
        }
        RequestBody.read(request, settings.bodyBytesMax())
                .onSuccess(body -> answer(request, route, body))
                .onFailure(cause -> {
                    if (cause instanceof Refusal refusal) {
                        refuse(request, refusal);
                    }
                });
    }

    private void answer(HttpServerRequest request, Function<ObjectNode, Answer> route, Buffer body) {
        try {
            switch (route.apply(parsed(body))) {
                case Answer.Whole whole -> send(request.response(), 200, whole.json());
                case Answer.Stream stream ->
                    new ChunkStream(vertx, request, stream.chunks(), settings.wordPause()).start();
            }
        } catch (Refusal refusal) {
            refuse(request, refusal);
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("path", request.path()).log("demo rule failed");
            refuse(request, new Refusal(500, "a rule of the demo failed", null, "internal_error"));
        }
    }

    private ObjectNode parsed(Buffer body) {
        try {
            if (mapper.readTree(body.getBytes()) instanceof ObjectNode object) {
                return object;
            }
            throw Refusal.badRequest("the body must be a JSON object", null);
        } catch (JsonProcessingException e) {
            throw Refusal.badRequest("the body is no JSON that can be read: " + e.getOriginalMessage(), null);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be read", e);
        }
    }

    /** What is left of a body is not read to its end for a refusal; the client gets a moment to hear of it. */
    private void refuse(HttpServerRequest request, Refusal refusal) {
        var unread = !request.isEnded() && RequestBody.isThere(request);
        if (unread) {
            request.handler(_ -> {});
            request.response().putHeader("connection", "close");
        }
        send(request.response(), refusal.status(), refusal.json());
        if (unread) {
            vertx.setTimer(LINGER_MILLIS, _ -> request.connection().close());
        }
    }

    private static void send(HttpServerResponse response, int status, JsonNode json) {
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(Buffer.buffer(Json.bytes(json)));
    }

    private static ObjectNode models(long created) {
        var list = JsonNodeFactory.instance.objectNode().put("object", "list");
        list.putArray("data").add(model(created));
        return list;
    }

    private static ObjectNode model(long created) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", MODEL)
                .put("object", "model")
                .put("created", created)
                .put("owned_by", "forebay");
    }
}
