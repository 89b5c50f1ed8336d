package dev.forebay.upstream;

import dev.forebay.chat.TurnObserver;
import dev.forebay.routing.Router;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What one event loop needs to talk to replicas. Each loop has a client of its own, so that a request and its connection
 * stay on one thread.
 */
public final class Upstream {
    private final Vertx vertx;
    private final Context context;
    private final Thread loop;
    private final HttpClient client;
    private final Router router;
    private final TurnObserver observer;
    private final Timeouts timeouts;
    private final int eventBytesMax;
    private final int heldBytesMax;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Deadlines deadlines;
    private final FreshOnly freshOnly = new FreshOnly();

    /**
     * @param loop the thread of {@code context}; contexts themselves cannot be compared, each request has a copy of its
     *     own
     * @param eventBytesMax size of one event of a stream above which the stream is given up
     * @param heldBytesMax up to which an answer that is no stream is held, so that a cut can be retried
     * @param nanos a clock for spans of time
     */
    public Upstream(
            Vertx vertx,
            Context context,
            Thread loop,
            HttpClient client,
            Router router,
            TurnObserver observer,
            Timeouts timeouts,
            int eventBytesMax,
            int heldBytesMax,
            InstantSource clock,
            LongSupplier nanos) {
        this.vertx = vertx;
        this.context = context;
        this.loop = loop;
        this.client = client;
        this.router = router;
        this.observer = observer;
        this.timeouts = timeouts;
        this.eventBytesMax = eventBytesMax;
        this.heldBytesMax = heldBytesMax;
        this.clock = clock;
        this.nanos = nanos;
        this.deadlines = new Deadlines(vertx, nanos);
    }

    /** The client of one event loop, to be made on it. */
    public static HttpClient client(Vertx vertx, Timeouts timeouts) {
        var options = new HttpClientOptions()
                .setConnectTimeout(timeouts.connectSeconds() * 1000)
                .setKeepAliveTimeout(timeouts.keepAliveSeconds())
                // We ask for identity; this is for servers that compress all the same.
                .setDecompressionSupported(true)
                .setMaxHeaderSize(64 * 1024);
        // Requests wait in the router's queue, which has rules; a second queue here would hide them from it.
        var pool = new PoolOptions().setHttp1MaxSize(timeouts.connectionsMax()).setMaxWaitQueueSize(0);
        return vertx.httpClientBuilder()
                .with(options)
                .with(pool)
                // Without a handler each reset would be logged as an error; the turn that it breaks says more.
                .withConnectHandler(connection -> connection.exceptionHandler(_ -> {}))
                .build();
    }

    public Vertx vertx() {
        return vertx;
    }

    public Context context() {
        return context;
    }

    public Router router() {
        return router;
    }

    public Timeouts timeouts() {
        return timeouts;
    }

    public InstantSource clock() {
        return clock;
    }

    public LongSupplier nanos() {
        return nanos;
    }

    /** True on the thread that exchanges run on. */
    public boolean isHere() {
        return Thread.currentThread().equals(loop);
    }

    HttpClient client() {
        return client;
    }

    TurnObserver observer() {
        return observer;
    }

    int eventBytesMax() {
        return eventBytesMax;
    }

    int heldBytesMax() {
        return heldBytesMax;
    }

    FreshOnly freshOnly() {
        return freshOnly;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    long now() {
        return nanos.getAsLong();
    }

    /** The value of {@link #now} at that moment. */
    long nanosAt(Instant moment) {
        return now() + clock.instant().until(moment).toNanos();
    }
}
