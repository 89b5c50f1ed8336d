package dev.forebay.upstream;

import dev.forebay.chat.TurnObserver;
import dev.forebay.compute.Nodepool;
import dev.forebay.routing.Router;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What one event loop needs to talk to replicas. Each loop has a client of its own, so that a request and its connection
 * stay on one thread.
 *
 * @param loop the thread of {@code context}; contexts themselves cannot be compared, each request has a copy of its own
 * @param nanos a clock for spans of time
 * @param heldBytesMax up to which an answer that is no stream is held, so that a cut can be retried
 */
public record Upstream(
        Vertx vertx,
        Context context,
        Thread loop,
        HttpClient client,
        Router router,
        Map<String, Nodepool> nodepools,
        TurnObserver observer,
        Timeouts timeouts,
        int eventBytesMax,
        int heldBytesMax,
        InstantSource clock,
        LongSupplier nanos) {
    public Upstream {
        nodepools = Map.copyOf(nodepools);
    }

    /** The client of one event loop, to be made on it. */
    public static HttpClient client(Vertx vertx, Timeouts timeouts) {
        var options = new HttpClientOptions()
                .setConnectTimeout(timeouts.connectSeconds() * 1000)
                .setKeepAliveTimeout(timeouts.keepAliveSeconds())
                // We ask for identity; this is for servers that compress all the same.
                .setDecompressionSupported(true)
                .setMaxHeaderSize(64 * 1024);
        return vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(timeouts.connectionsMax()));
    }

    /** True on the thread that exchanges run on. */
    boolean isHere() {
        return Thread.currentThread().equals(loop);
    }
}
