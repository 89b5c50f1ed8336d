package dev.forebay.upstream;

import dev.forebay.access.Caller;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.RouteWish;
import dev.forebay.chat.TurnObserver;
import dev.forebay.chat.Usage;
import dev.forebay.compute.Nodepool;
import dev.forebay.compute.StaticProvider;
import dev.forebay.config.Secret;
import dev.forebay.routing.Capacity;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.Live;
import dev.forebay.routing.Router;
import dev.forebay.sse.Frame;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One event loop with a real router over static replicas: what exchanges are tested on. */
final class Turns implements AutoCloseable {
    static final Timeouts TIMEOUTS = new Timeouts(5, 20, 20, 60, 4, 3, 100);
    static final int EVENT_BYTES_MAX = 2 * 1024 * 1024;
    static final int HELD_BYTES_MAX = 256 * 1024;

    /** What the observer heard at a turn's end. */
    record Ended(TurnObserver.Turn turn, TurnObserver.Outcome outcome, Usage usage) {}

    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    final Context context = vertx.getOrCreateContext();
    final Router router;
    final Upstream upstream;
    final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    volatile int admitted;
    volatile ModelFailure refusal;
    private final long ticker;

    static Turns over(FakeUpstream... replicas) {
        return new Turns(TIMEOUTS, pool(0, true, replicas), 10);
    }

    Turns(Timeouts timeouts, Nodepool pool, int queuedMax) {
        var queue = new Deployment.Queue(queuedMax, 1 << 20, Duration.ofSeconds(20), Duration.ofSeconds(20));
        router = new Router(
                List.of(new Deployment("m", List.of(pool.id()), queue)),
                List.of(Capacity.of(pool)),
                InstantSource.system(),
                new Random(1));
        var provider = new StaticProvider(vertx, InstantSource.system());
        for (var i = 0; i < pool.baseUrl().size(); i++) {
            provider.start(pool, i, router::changed);
        }
        ticker = vertx.setPeriodic(100, _ -> router.tick());
        upstream = onLoop(() -> new Upstream(
                vertx,
                context,
                Thread.currentThread(),
                Upstream.client(vertx, timeouts),
                router,
                new Books(),
                timeouts,
                EVENT_BYTES_MAX,
                HELD_BYTES_MAX,
                InstantSource.system(),
                System::nanoTime));
    }

    static Nodepool pool(int slots, boolean streamUsage, FakeUpstream... replicas) {
        return pool(
                slots,
                streamUsage,
                List.of(replicas).stream().map(FakeUpstream::baseUrl).toList());
    }

    static Nodepool pool(int slots, boolean streamUsage, List<URI> urls) {
        return new Nodepool(
                "pool",
                urls,
                List.of(),
                Map.of(),
                1,
                Optional.of(Secret.of("pool-key")),
                Optional.of("theirs"),
                streamUsage,
                slots,
                "/health",
                60);
    }

    Taken stream() {
        return start(true, Duration.ofSeconds(60), new Taken());
    }

    Taken whole() {
        return start(false, Duration.ofSeconds(60), new Taken());
    }

    Taken start(boolean stream, Duration within, Taken taken) {
        return start(
                stream,
                within,
                taken,
                (model, usage) -> Buffer.buffer("{\"model\":\"" + model + "\",\"u\":" + usage + "}"));
    }

    Taken start(boolean stream, Duration within, Taken taken, Body body) {
        var turn = new TurnObserver.Turn("req", new Caller("k", "u", Set.of()), "m", "chat", stream, 0);
        var headers = MultiMap.caseInsensitiveMultiMap().set("x-request-id", "req");
        var request = new TurnRequest(
                turn,
                "shown",
                "/chat/completions",
                headers,
                body,
                1,
                Instant.now().plus(within),
                RouteWish.NONE);
        onLoop(() -> {
            taken.exchange = new Exchange(upstream, request, taken);
            taken.exchange.start();
            return null;
        });
        return taken;
    }

    void cancel(Taken taken) {
        onLoop(() -> {
            taken.exchange.cancel();
            return null;
        });
    }

    <T> T onLoop(Callable<T> step) {
        var done = new CompletableFuture<T>();
        context.runOnContext(_ -> {
            try {
                done.complete(step.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return FakeUpstream.await(done);
    }

    Ended awaitEnded() {
        try {
            var one = ended.poll(20, TimeUnit.SECONDS);
            if (one == null) {
                throw new AssertionError("the turn was not settled");
            }
            return one;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Live live() {
        return router.live().get("m");
    }

    int inFlight() {
        return live().pools().getFirst().inFlight();
    }

    /** Waits for a condition that no future tells of. */
    static void until(BooleanSupplier condition) {
        var end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come to pass");
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        vertx.cancelTimer(ticker);
        FakeUpstream.await(vertx.close().toCompletionStage().toCompletableFuture());
    }

    private final class Books implements TurnObserver {
        @Override
        public void admit(Turn turn) {
            if (refusal != null) {
                throw refusal;
            }
            admitted++;
        }

        @Override
        public void ended(Turn turn, Outcome outcome, Usage usage) {
            ended.add(new Ended(turn, outcome, usage));
        }
    }

    /** A receiver that keeps all it gets. */
    static class Taken implements Receiver {
        final List<String> events = new ArrayList<>();
        final List<Kind> kinds = new ArrayList<>();
        final List<String> flushed = new ArrayList<>();
        final Buffer answer = Buffer.buffer();
        final CompletableFuture<Usage> complete = new CompletableFuture<>();
        final CompletableFuture<ModelFailure> failed = new CompletableFuture<>();
        final CompletableFuture<String> begun = new CompletableFuture<>();
        volatile Exchange exchange;
        volatile boolean full;
        volatile Runnable drained;
        int pieces;
        String contentType;
        Consumer<String> onEvent = _ -> {};

        @Override
        public void event(Frame frame, Kind kind) {
            events.add(frame.text());
            kinds.add(kind);
            begun.complete(frame.text());
            onEvent.accept(frame.text());
        }

        @Override
        public void flush(Buffer asItCame) {
            flushed.add(asItCame == null ? null : asItCame.toString());
        }

        @Override
        public void answer(String type, Buffer piece) {
            contentType = type;
            pieces++;
            answer.appendBuffer(piece);
            begun.complete("");
        }

        @Override
        public boolean isFull() {
            return full;
        }

        @Override
        public void onDrain(Runnable whenDrained) {
            drained = whenDrained;
        }

        @Override
        public void complete(Usage usage) {
            if (failed.isDone() || !complete.complete(usage)) {
                throw new AssertionError("ended twice");
            }
        }

        @Override
        public void failed(ModelFailure failure) {
            if (complete.isDone() || !failed.complete(failure)) {
                throw new AssertionError("ended twice");
            }
        }

        Usage awaitComplete() {
            failed.thenAccept(complete::completeExceptionally);
            return FakeUpstream.await(complete);
        }

        <F extends ModelFailure> F awaitFailed(Class<F> kind) {
            complete.thenAccept(_ -> failed.completeExceptionally(new AssertionError("it is complete")));
            return kind.cast(FakeUpstream.await(failed));
        }

        String text() {
            var words = new StringBuilder();
            for (var event : events) {
                words.append(StreamFacts.parse(event.getBytes(StandardCharsets.UTF_8))
                        .at("/choices/0/delta/content")
                        .asText(""));
            }
            return words.toString();
        }
    }
}
