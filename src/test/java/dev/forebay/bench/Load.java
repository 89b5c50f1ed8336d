package dev.forebay.bench;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The load generator, on one event loop. The open loop sends at fixed moments, whether earlier requests have been answered
 * or not, and counts latency from the moment that was meant: a target that stalls cannot slow down its own questioner.
 */
final class Load implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 20_000;
    private static final long PATIENCE_MILLIS = 10_000;

    /**
     * @param failed requests without a whole answer of status 200
     * @param nanos latencies of the others in ascending order
     */
    record Answers(int failed, long[] nanos) {
        double meanMillis() {
            return Arrays.stream(nanos).average().orElse(Double.NaN) / 1e6;
        }

        double millis(double quantile) {
            return nanos.length == 0
                    ? Double.NaN
                    : nanos[(int) Math.min(nanos.length - 1L, (long) (quantile * nanos.length))] / 1e6;
        }
    }

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private final ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));

    Answers openLoop(Target target, Buffer body, int perSecond, Duration time) throws Exception {
        return whenDone(new OpenLoop(target, body, perSecond, (int) (perSecond * time.toMillis() / 1000)).start());
    }

    /** As many at once as that, each followed by the next, for that time. */
    Answers closedLoop(Target target, Buffer body, int atOnce, Duration time) throws Exception {
        return whenDone(new ClosedLoop(target.chat(), body, time).start(atOnce));
    }

    /** One after the other. */
    Answers inTurn(Target target, Buffer body, int requests) throws Exception {
        var nanos = new long[requests];
        var failed = 0;
        for (var i = 0; i < requests; i++) {
            var begun = System.nanoTime();
            if (!whenDone(send(target.chat(), body).toCompletionStage().toCompletableFuture())) {
                failed++;
            }
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        return new Answers(failed, nanos);
    }

    Streams streams(Target target, Streams.Kind kind) {
        return new Streams(vertx, context, client, target.chat(), kind);
    }

    /** A request that is sent and given up later, with what a direct question to the model server says of it. */
    Walkaway walkaway(Target target, Target modelServer) {
        return new Walkaway(context, client, target.chat(), modelServer);
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    private static <T> T whenDone(CompletableFuture<T> future) throws Exception {
        return future.get(5, TimeUnit.MINUTES);
    }

    private Future<Boolean> send(RequestOptions to, Buffer body) {
        return client.request(to)
                .compose(request -> request.send(body))
                .compose(response -> response.body().map(_ -> response))
                .map(HttpClientResponse::statusCode)
                .map(status -> status == 200)
                .otherwise(false);
    }

    private final class ClosedLoop {
        private final CompletableFuture<Answers> done = new CompletableFuture<>();
        private final RequestOptions to;
        private final Buffer body;
        private final long until;
        private long[] nanos = new long[1024];
        private int answered;
        private int failed;
        private int running;

        ClosedLoop(RequestOptions to, Buffer body, Duration time) {
            this.to = to;
            this.body = body;
            this.until = System.nanoTime() + time.toNanos();
        }

        CompletableFuture<Answers> start(int atOnce) {
            context.runOnContext(_ -> {
                for (running = 0; running < atOnce; running++) {
                    next();
                }
            });
            return done;
        }

        private void next() {
            var begun = System.nanoTime();
            send(to, body).onSuccess(isWhole -> {
                if (answered == nanos.length) {
                    nanos = Arrays.copyOf(nanos, 2 * answered);
                }
                if (isWhole) {
                    nanos[answered++] = System.nanoTime() - begun;
                } else {
                    failed++;
                }
                if (System.nanoTime() < until) {
                    next();
                } else if (--running == 0) {
                    var sorted = Arrays.copyOf(nanos, answered);
                    Arrays.sort(sorted);
                    done.complete(new Answers(failed, sorted));
                }
            });
        }
    }

    private final class OpenLoop {
        private final EventLoop loop = context.nettyEventLoop();
        private final CompletableFuture<Answers> done = new CompletableFuture<>();
        private final RequestOptions to;
        private final Buffer body;
        private final long gap;
        private final long[] nanos;
        private long begun;
        private int sent;
        private int answered;
        private int failed;

        OpenLoop(Target target, Buffer body, int perSecond, int requests) {
            this.to = target.chat();
            this.body = body;
            this.gap = 1_000_000_000L / perSecond;
            this.nanos = new long[requests];
        }

        CompletableFuture<Answers> start() {
            context.runOnContext(_ -> {
                begun = System.nanoTime();
                sendWhatIsDue();
            });
            return done;
        }

        private void sendWhatIsDue() {
            for (var now = System.nanoTime(); sent < nanos.length && begun + sent * gap <= now; sent++) {
                var meant = begun + sent * gap;
                send(to, body).onSuccess(isWhole -> note(isWhole, meant));
            }
            if (sent < nanos.length) {
                loop.schedule(this::sendWhatIsDue, begun + sent * gap - System.nanoTime(), TimeUnit.NANOSECONDS);
            } else {
                vertx.setTimer(PATIENCE_MILLIS, _ -> finish());
            }
        }

        private void note(boolean isWhole, long meant) {
            if (isWhole) {
                nanos[answered++] = System.nanoTime() - meant;
            } else {
                failed++;
            }
            if (answered + failed == nanos.length) {
                finish();
            }
        }

        /** What has no answer by now counts as failed. */
        private void finish() {
            if (!done.isDone()) {
                var sorted = Arrays.copyOf(nanos, answered);
                Arrays.sort(sorted);
                done.complete(new Answers(nanos.length - answered, sorted));
            }
        }
    }
}
