package dev.forebay;

import dev.forebay.http.Edge;
import dev.forebay.openai.OpenAiRoutes;
import dev.forebay.upstream.Upstream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What faces the clients, on one event loop: the edge, its routes, and a client of its own to the replicas. */
final class Front {
    private final Vertx vertx;
    private final Context context;
    private final Lasting lasting;
    private final int port;
    private volatile @Nullable Edge edge;
    private volatile @Nullable Thread loop;
    // The event loop's alone.
    private Serving serving;
    private @Nullable HttpClient client;
    private @Nullable OpenAiRoutes routes;

    /**
     * @param context of the event loop that it is to run on
     * @param port 0 takes a free one for this front alone, below 0 one that all of the same number share
     */
    Front(Vertx vertx, Context context, Lasting lasting, Serving serving, int port) {
        this.vertx = vertx;
        this.context = context;
        this.lasting = lasting;
        this.serving = serving;
        this.port = port;
    }

    /** Completes with the port, once clients may come. Any thread. */
    Future<Integer> start() {
        return onLoop(this::listen);
    }

    private Future<Integer> listen() {
        loop = Thread.currentThread();
        var listener = new Edge(vertx, lasting.edge());
        begin(serving);
        OpenAiRoutes.addTo(listener, () -> Objects.requireNonNull(routes));
        lasting.control().accept(listener);
        edge = listener;
        return listener.listen(port);
    }

    /** Serves by another configuration from now on; requests that have begun go on by theirs. Any thread. */
    Future<Void> serve(Serving next) {
        return onLoop(() -> {
            var before = client;
            var another = !next.timeouts().equals(serving.timeouts());
            if (another) {
                client = null;
            }
            begin(next);
            if (another && before != null && edge != null) {
                edge.whenThoseOpenNowHaveEnded().onComplete(_ -> before.close());
            }
            return Future.succeededFuture();
        });
    }

    /** Completes once each request that is open at this moment has ended. Any thread. */
    Future<Void> whenThoseOpenNowHaveEnded() {
        return onLoop(() -> edge == null ? Future.succeededFuture() : edge.whenThoseOpenNowHaveEnded());
    }

    private void begin(Serving next) {
        serving = next;
        var connections = client == null ? Upstream.client(vertx, next.timeouts()) : client;
        client = connections;
        var upstream = new Upstream(
                vertx,
                context,
                Objects.requireNonNull(loop),
                connections,
                lasting.router(),
                lasting.turns(),
                next.timeouts(),
                next.relay().eventBytesMax(),
                next.relay().heldBytesMax(),
                lasting.out().clock(),
                lasting.out().nanos());
        routes = new OpenAiRoutes(
                upstream,
                next.names(),
                next.models().apply(upstream),
                next.stream(),
                next.relay(),
                lasting.edge().limits(),
                lasting.edge().observer(),
                () -> lasting.ids().next("chatcmpl-"));
    }

    /** Closes what is open, whether or not it has been drained. Any thread. */
    Future<Void> stop() {
        return onLoop(() -> edge == null || client == null
                ? Future.succeededFuture()
                : edge.close().eventually(client::close));
    }

    /** The thread that it runs on; null before its start. */
    @Nullable
    Thread loop() {
        return loop;
    }

    /** Refuses what is new; completes when nothing is left, at the latest a moment after that time. Any thread. */
    Future<Void> drain(Duration patience) {
        return onLoop(() -> edge == null ? Future.succeededFuture() : edge.drain(patience));
    }

    /** Ends every request at once. Any thread. */
    Future<Void> abortAll() {
        return onLoop(() -> {
            if (edge != null) {
                edge.abortAll();
            }
            return Future.succeededFuture();
        });
    }

    /** Requests that are being served; any thread. */
    int active() {
        var known = edge;
        return known == null ? 0 : known.activeRequests();
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> step) {
        var done = Promise.<T>promise();
        context.runOnContext(_ -> {
            try {
                step.get().onComplete(done);
            } catch (RuntimeException e) {
                done.fail(e);
            }
        });
        return done.future();
    }
}
