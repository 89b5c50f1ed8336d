package dev.forebay.http;

import dev.forebay.access.ApiKey;
import dev.forebay.access.KeyHash;
import dev.forebay.access.KeyStore;
import dev.forebay.access.Keys;
import dev.forebay.access.Scope;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An edge of one event loop that listens, with handlers that answer at once, never, or much. */
final class RunningEdge implements AutoCloseable {
    static final int MUCH_BYTES = 64 * 1024;

    private final Vertx vertx = Vertx.vertx();
    final BodyMemory memory;
    final Places connections;
    final Places requests;
    final Health health = new Health();
    final List<ApiRequest> held = new CopyOnWriteArrayList<>();
    final LinkedBlockingQueue<EdgeObserver.RequestEnd> ends = new LinkedBlockingQueue<>();
    final List<EdgeObserver.Limit> rejected = new CopyOnWriteArrayList<>();
    final AtomicInteger answeredMuch = new AtomicInteger();
    private final Keys keys =
            new Keys(new MemoryKeyStore(), new KeyHash(new byte[32]), InstantSource.system(), new Random(1));
    private final Context loop = vertx.getOrCreateContext();
    private volatile @Nullable Edge edge;
    final int port;

    RunningEdge(ServerSettings settings, Limits limits) {
        memory = new BodyMemory(limits.bodyMemoryBytesMax().orElseThrow());
        connections = new Places(settings.connectionsMax().orElse(1000));
        requests = new Places(limits.requestsMax());
        var ids = new AtomicInteger();
        var shared = new Edge.Shared(
                settings,
                limits,
                keys,
                memory,
                connections,
                requests,
                health,
                new Observer(),
                () -> "metrics 1\n",
                () -> "req_" + ids.incrementAndGet(),
                System::nanoTime);
        health.ready();
        var listening = new CompletableFuture<Integer>();
        loop.runOnContext(_ -> {
            var edge = new Edge(vertx, shared);
            this.edge = edge;
            edge.post("/echo", request -> request.answer(200, "text/plain", request.body()));
            edge.post("/hold", held::add);
            edge.get("/things/*", request -> request.answer(200, "text/plain", Buffer.buffer("thing")));
            edge.get("/much", request -> {
                answeredMuch.incrementAndGet();
                request.answer(200, "text/plain", Buffer.buffer("x".repeat(MUCH_BYTES)));
            });
            edge.listen(0).onSuccess(listening::complete).onFailure(listening::completeExceptionally);
        });
        port = listening.join();
    }

    /** Asked for on the event loop by the time that this returns. */
    CompletableFuture<Void> whenThoseOpenNowHaveEnded() {
        var ended = new CompletableFuture<Void>();
        onLoop(() -> Objects.requireNonNull(edge)
                .whenThoseOpenNowHaveEnded()
                .onComplete(_ -> ended.complete(null), ended::completeExceptionally));
        return ended;
    }

    /** Returns once it has been done. */
    void onLoop(Runnable step) {
        var done = new CompletableFuture<Void>();
        loop.runOnContext(_ -> {
            try {
                step.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        done.orTimeout(20, TimeUnit.SECONDS).join();
    }

    String key(Set<Scope> scopes) {
        return keys.issue("test", "local", scopes, Optional.empty()).token().reveal();
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private final class Observer implements EdgeObserver {
        @Override
        public void limitRejected(Limit limit) {
            rejected.add(limit);
        }

        @Override
        public void requestEnded(RequestEnd end) {
            ends.add(end);
        }
    }

    private static final class MemoryKeyStore implements KeyStore {
        private final List<ApiKey> all = new ArrayList<>();

        @Override
        public List<ApiKey> all() {
            return List.copyOf(all);
        }

        @Override
        public void insert(ApiKey key) {
            all.add(key);
        }

        @Override
        public void revoke(String id, Instant at) {
            throw new UnsupportedOperationException();
        }
    }
}
