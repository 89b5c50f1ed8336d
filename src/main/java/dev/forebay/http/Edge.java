package dev.forebay.http;

import dev.forebay.access.Keys;
import dev.forebay.access.Scope;
import dev.forebay.http.EdgeObserver.Limit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP edge of one event loop. A request to the API passes, in this order: head, key, declared length, memory for the
 * body, {@code 100 Continue}, body; then its handler has it. Posts are matched by their exact path without a router, for
 * they are the hot path; the rest goes through vertx-web's. Made and called on its event loop only.
 */
public final class Edge {
    /**
     * What all event loops share.
     *
     * @param ids makes request ids
     * @param nanos a clock for spans of time
     */
    public record Shared(
            ServerSettings settings,
            Limits limits,
            Keys keys,
            BodyMemory memory,
            Health health,
            EdgeObserver observer,
            MetricsPage metrics,
            Supplier<String> ids,
            LongSupplier nanos) {}

    private static final long SWEEP_MILLIS = 1000;
    private static final long LAST_WORDS_MILLIS = 2000;
    private static final long LINGER_MILLIS = 500;
    private static final ApiError NOT_FOUND =
            ApiError.refused(404, "there is nothing at this path; the API is below /v1", "not_found");
    private static final ApiError UNREADABLE =
            ApiError.refused(400, "the request's path or host header cannot be read", "bad_request");
    private static final ApiError STOPPING = ApiError.fault(
            503, "the gateway is shutting down; try again", "shutting_down", Optional.of(Duration.ofSeconds(5)));

    private final Vertx vertx;
    private final Shared shared;
    private final Authentication authentication;
    private final Connections connections;
    private final Map<String, Post> posts = new HashMap<>();
    private final Set<ApiRequest> active = new HashSet<>();
    private volatile int activeCount;
    private final Router router;
    private @Nullable HttpServer server;
    private long sweeper = -1;
    private @Nullable Runnable onQuiet;

    private record Post(String pattern, ApiHandler handler) {}

    public Edge(Vertx vertx, Shared shared) {
        this.vertx = vertx;
        this.shared = shared;
        this.authentication = new Authentication(shared.keys());
        this.connections = new Connections(shared.settings(), shared.limits());
        this.router = Router.router(vertx);
        new OpenPages(vertx, this).addTo(router);
    }

    /** Serves posts to a path, and to the same path as Clarifai's clients write it. */
    public void post(String path, ApiHandler handler) {
        for (var prefix : List.of("/v1", "/v2/ext/openai/v1")) {
            posts.put(prefix + path, new Post("/v1" + path, handler));
            // The same path with a slash too many or a letter encoded, which the map above does not know.
            router.post(prefix + path).handler(context -> api(context.request(), "/v1" + path, handler));
            router.route(prefix + path).handler(context -> {
                context.response().putHeader("allow", "POST");
                refuse(context.request(), ApiError.refused(405, "this path takes POST only", "method_not_allowed"));
            });
        }
    }

    /** Serves gets of a path; a star at its end stands for anything. */
    public void get(String path, ApiHandler handler) {
        for (var prefix : List.of("/v1", "/v2/ext/openai/v1")) {
            router.route(prefix + path)
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .handler(context -> api(context.request(), "/v1" + path, handler));
            router.route(prefix + path).handler(context -> {
                context.response().putHeader("allow", "GET, HEAD");
                refuse(context.request(), ApiError.refused(405, "this path takes GET only", "method_not_allowed"));
            });
        }
    }

    /**
     * Completes with the port.
     *
     * @param port 0 takes a free one for this edge alone, below 0 one that all edges of the same number share
     */
    public Future<Integer> listen(int port) {
        router.route().handler(context -> refuse(context.request(), NOT_FOUND));
        // What the router turns away before any route is asked.
        router.errorHandler(404, context -> refuse(context.request(), NOT_FOUND));
        router.errorHandler(400, context -> refuse(context.request(), UNREADABLE));
        var created = vertx.createHttpServer(Framing.server(shared.limits()))
                .connectionHandler(
                        http -> connections.opened(http, shared.nanos().getAsLong()))
                .requestHandler(this::handle)
                .invalidRequestHandler(this::unreadable);
        server = created;
        sweeper = vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep());
        // Not by the options: from there, Vert.x takes no port below zero, which is one for all event loops.
        return created.listen(port, shared.settings().host()).map(HttpServer::actualPort);
    }

    /**
     * Completes when no request is left. After that time those that are left are told to end, and a moment later it
     * completes in any case. Kept connections stay: whoever sends a request on one reads why it is refused.
     */
    public Future<Void> drain(Duration patience) {
        var quiet = Promise.<Void>promise();
        onQuiet = () -> quiet.tryComplete();
        if (active.isEmpty()) {
            quiet.tryComplete();
        } else {
            vertx.setTimer(Math.max(1, patience.toMillis()), _ -> abortAll());
        }
        return quiet.future();
    }

    /** Ends what {@link #drain} waits for at once. */
    public void abortAll() {
        List.copyOf(active).forEach(request -> request.abort(STOPPING));
        vertx.setTimer(LAST_WORDS_MILLIS, _ -> {
            if (onQuiet != null) {
                onQuiet.run();
            }
        });
    }

    /** Requests that are being served; any thread. */
    public int activeRequests() {
        return activeCount;
    }

    public Future<Void> close() {
        vertx.cancelTimer(sweeper);
        return server == null ? Future.succeededFuture() : server.close();
    }

    Shared shared() {
        return shared;
    }

    long nanos() {
        return shared.nanos().getAsLong();
    }

    BodyMemory memory() {
        return shared.memory();
    }

    private void handle(HttpServerRequest http) {
        var post = http.method().equals(HttpMethod.POST) ? posts.get(http.path()) : null;
        if (post == null) {
            router.handle(http);
        } else {
            api(http, post.pattern(), post.handler());
        }
    }

    /** Answers what is no HTTP that can be read; nothing after it can be either. */
    private void unreadable(HttpServerRequest http) {
        shared.observer().limitRejected(Limit.HEADERS);
        var error = Framing.unreadable(http.decoderResult().cause(), shared.limits());
        http.response()
                .setStatusCode(error.status())
                .putHeader("content-type", "application/json")
                .putHeader("connection", "close")
                .end(Buffer.buffer(error.toBytes()));
        vertx.setTimer(LINGER_MILLIS, _ -> http.connection().close().onFailure(_ -> {}));
    }

    /** Answers what is no request to the API. */
    private void refuse(HttpServerRequest http, ApiError error) {
        var request = begin(http, "other");
        closeAfter(request, error);
    }

    private void api(HttpServerRequest http, String pattern, ApiHandler handler) {
        var request = begin(http, pattern);
        var problem = Framing.problem(http, shared.limits());
        if (problem.isPresent()) {
            shared.observer().limitRejected(Limit.HEADERS);
            closeAfter(request, problem.get());
            return;
        }
        if (shared.health().state() == Health.State.STOPPING) {
            closeAfter(request, STOPPING);
            return;
        }
        switch (authentication.of(http.getHeader("authorization"))) {
            case Authentication.Outcome.Failed(var reason, var error) -> {
                shared.observer().authFailed(reason);
                http.response().putHeader("www-authenticate", "Bearer");
                closeAfter(request, error);
            }
            case Authentication.Outcome.Known(var caller) -> {
                if (caller.may(Scope.INFERENCE)) {
                    request.caller(caller);
                    new BodyReader(this, connections, request, handler).begin();
                } else {
                    shared.observer().authFailed(EdgeObserver.AuthFailure.SCOPE);
                    closeAfter(request, ApiError.forbidden("this API key may not call models"));
                }
            }
        }
    }

    /** Every request goes through here once, so that it is logged and counted once. */
    ApiRequest begin(HttpServerRequest http, String pattern) {
        var theirs = http.getHeader("x-request-id");
        var id = theirs != null && Framing.isRequestId(theirs)
                ? theirs
                : shared.ids().get();
        var now = shared.nanos().getAsLong();
        var request = new ApiRequest(this, http, id, now);
        request.route(pattern);
        active.add(request);
        activeCount = active.size();
        connections.began(request, now);
        var response = http.response();
        response.putHeader("x-request-id", id);
        response.endHandler(_ -> request.end(false));
        response.closeHandler(_ -> request.end(true));
        response.exceptionHandler(_ -> request.end(true));
        return request;
    }

    /**
     * Refuses before the body has been read. What is left of it would be taken for the next request, so the connection is
     * closed; but not at once, since a client that is still sending would then be reset before it reads the answer.
     */
    void closeAfter(ApiRequest request, ApiError error) {
        if (Framing.declaredLength(request.http()) != 0) {
            request.response().putHeader("connection", "close");
            vertx.setTimer(
                    LINGER_MILLIS, _ -> request.http().connection().close().onFailure(_ -> {}));
        }
        request.fail(error);
    }

    void ended(ApiRequest request, boolean gone) {
        active.remove(request);
        activeCount = active.size();
        var now = shared.nanos().getAsLong();
        connections.ended(request, now);
        shared.observer().requestEnded(request.summary(gone, now));
        if (onQuiet != null && active.isEmpty()) {
            onQuiet.run();
        }
    }

    private void sweep() {
        for (var late : connections.sweep(shared.nanos().getAsLong())) {
            shared.observer().limitRejected(Limit.BODY_SECONDS);
            closeAfter(
                    late,
                    ApiError.refused(
                            408,
                            "the body did not arrive within " + shared.limits().bodySeconds()
                                    + " s (limits.body_seconds)",
                            "request_timeout"));
        }
    }
}
