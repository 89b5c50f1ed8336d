package dev.forebay.http;

import dev.forebay.access.Keys;
import dev.forebay.access.Scope;
import dev.forebay.http.EdgeObserver.Limit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP edge of one event loop. A request to the API passes, in this order: head, key, place, declared length, memory for the
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
            Places connections,
            Places requests,
            Health health,
            EdgeObserver observer,
            MetricsPage metrics,
            Supplier<String> ids,
            LongSupplier nanos) {}

    private static final long SWEEP_MILLIS = 1000;
    private static final ApiError NOT_FOUND =
            ApiError.refused(404, "there is nothing at this path; the API is below /v1", "not_found");
    private static final ApiError UNREADABLE =
            ApiError.refused(400, "the request's path or host header cannot be read", "bad_request");

    private final Vertx vertx;
    private final Shared shared;
    private final Connections connections;
    private final OpenRequests requests;
    private final Admission admission;
    private final Map<String, Post> posts = new HashMap<>();
    private final Router router;
    private @Nullable HttpServer server;
    private long sweeper = -1;

    private record Post(String pattern, ApiHandler handler) {}

    public Edge(Vertx vertx, Shared shared) {
        this.vertx = vertx;
        this.shared = shared;
        this.connections = new Connections(shared);
        this.requests = new OpenRequests(vertx, shared, connections);
        this.admission = new Admission(requests);
        this.router = Router.router(vertx);
        new OpenPages(vertx, requests).addTo(router);
    }

    /** Serves posts to a path, and to the same path as Clarifai's clients write it. */
    public void post(String path, ApiHandler handler) {
        for (var prefix : List.of("/v1", "/v2/ext/openai/v1")) {
            posts.put(prefix + path, new Post("/v1" + path, handler));
            // The same path with a slash too many or a letter encoded, which the map above does not know.
            router.post(prefix + path)
                    .handler(context -> admission.api(context.request(), "/v1" + path, Scope.INFERENCE, handler));
            router.route(prefix + path).handler(context -> {
                context.response().putHeader("allow", "POST");
                admission.refuse(
                        context.request(), ApiError.refused(405, "this path takes POST only", "method_not_allowed"));
            });
        }
    }

    /** Serves gets of a path; a star at its end stands for anything. */
    public void get(String path, ApiHandler handler) {
        for (var prefix : List.of("/v1", "/v2/ext/openai/v1")) {
            router.route(prefix + path)
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .handler(context -> admission.api(context.request(), "/v1" + path, Scope.INFERENCE, handler));
            router.route(prefix + path).handler(context -> {
                context.response().putHeader("allow", "GET, HEAD");
                admission.refuse(
                        context.request(), ApiError.refused(405, "this path takes GET only", "method_not_allowed"));
            });
        }
    }

    /** Serves a path of the control API, below {@code /api/v1}, for keys that may administer; a star stands for anything. */
    public void control(HttpMethod method, String path, ApiHandler handler) {
        var whole = "/api/v1" + path;
        router.route(method, whole).handler(context -> admission.api(context.request(), whole, Scope.ADMIN, handler));
    }

    /**
     * Completes with the port.
     *
     * @param port 0 takes a free one for this edge alone, below 0 one that all edges of the same number share
     */
    public Future<Integer> listen(int port) {
        router.route().handler(context -> admission.refuse(context.request(), NOT_FOUND));
        // What the router turns away before any route is asked.
        router.errorHandler(404, context -> admission.refuse(context.request(), NOT_FOUND));
        router.errorHandler(400, context -> admission.refuse(context.request(), UNREADABLE));
        var created = vertx.createHttpServer(Framing.server(shared.limits()))
                .connectionHandler(this::opened)
                .requestHandler(this::handle)
                .invalidRequestHandler(admission::unreadable);
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
        return requests.drain(patience);
    }

    /** Ends what {@link #drain} waits for at once. */
    public void abortAll() {
        requests.abortAll();
    }

    /**
     * Completes, on the event loop, once each request that is open now has ended; those that begin later do not count. A
     * request that waits for this itself waits for ever, so it answers first.
     */
    public Future<Void> whenThoseOpenNowHaveEnded() {
        return requests.whenThoseOpenNowHaveEnded();
    }

    /** Requests that are being served; any thread. */
    public int activeRequests() {
        return requests.count();
    }

    public Future<Void> close() {
        vertx.cancelTimer(sweeper);
        return server == null ? Future.succeededFuture() : server.close();
    }

    private void opened(HttpConnection http) {
        if (!connections.opened(http, shared.nanos().getAsLong())) {
            return;
        }
        if (http instanceof Http1ServerConnection connection) {
            // In place of Vert.x's own, which looks for web sockets and answers unknown versions with an empty 501.
            connection.handler(this::handle);
        }
    }

    private void handle(HttpServerRequest http) {
        if (http.response().writeQueueFull()) {
            onceRead(http);
            return;
        }
        var post = http.method().equals(HttpMethod.POST) ? posts.get(http.path()) : null;
        if (!admission.admits(http, post == null ? "other" : post.pattern())) {
            return;
        }
        if (post == null) {
            router.handle(http);
        } else {
            admission.api(http, post.pattern(), Scope.INFERENCE, post.handler());
        }
    }

    /** Whoever sends requests without reading the answers would else make us hold ever more of these. */
    private void onceRead(HttpServerRequest http) {
        http.pause();
        http.response().drainHandler(_ -> {
            http.response().drainHandler(null);
            handle(http);
            http.resume();
        });
    }

    private void sweep() {
        for (var late : connections.sweep(shared.nanos().getAsLong())) {
            shared.observer().limitRejected(Limit.BODY_SECONDS);
            requests.closeAfter(
                    late,
                    ApiError.refused(
                            408,
                            "the body did not arrive within " + shared.limits().bodySeconds()
                                    + " s (limits.body_seconds)",
                            "request_timeout"));
        }
    }
}
