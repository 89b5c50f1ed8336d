package dev.forebay.bench;

import dev.forebay.sse.BufferFeed;
import dev.forebay.sse.EventScanner;
import dev.forebay.sse.Frame;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Event streams that are read all the time. One that lacks a chunk, has one out of its place, or no end, has failed. */
final class Streams implements AutoCloseable {
    private static final int SAMPLES_MAX = 2_000_000;
    private static final byte[] CONTENT = "\"content\":\" ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    /** @param chunks of each stream, so many milliseconds apart */
    record Kind(String model, int chunks, int gapMillis) {
        String shape() {
            return chunks + "x" + gapMillis;
        }
    }

    /**
     * @param begun streams of which something has come
     * @param running those of them that have not ended
     * @param mostAtOnce the highest that was
     * @param whole streams that came to their end
     */
    record Count(int begun, int running, int mostAtOnce, int whole, int failed, long framesLost) {}

    private final Vertx vertx;
    private final Context context;
    private final HttpClient client;
    private final RequestOptions to;
    private final Kind kind;
    private final Set<HttpClientRequest> requests = new HashSet<>();
    private final long[] transits = new long[SAMPLES_MAX];
    private boolean again = true;
    private boolean closing;
    private int chunks;
    private int begun;
    private int running;
    private int mostAtOnce;
    private int whole;
    private int failed;
    private long framesLost;

    Streams(Vertx vertx, Context context, HttpClient client, RequestOptions to, Kind kind) {
        this.vertx = vertx;
        this.context = context;
        this.client = client;
        this.to = to;
        this.kind = kind;
    }

    /** One by one within that time; each is opened anew whenever it ends, until they are closed. */
    Streams open(int count, Duration within) {
        context.runOnContext(_ -> {
            for (var i = 0; i < count; i++) {
                vertx.setTimer(1 + i * within.toMillis() / count, _ -> new One().begin());
            }
        });
        return this;
    }

    /** As {@link #open}, but each only once. */
    Streams openOnce(int count, Duration within) {
        again = false;
        return open(count, within);
    }

    /** @return whether it came to be in that time */
    boolean await(Predicate<Count> condition, Duration patience) throws Exception {
        var deadline = System.nanoTime() + patience.toNanos();
        while (!condition.test(count())) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** Forgets what has come so far. */
    void reset() throws Exception {
        onLoop(() -> {
            chunks = 0;
            failed = 0;
            framesLost = 0;
            return null;
        });
    }

    /** Chunks since the last {@link #reset}, with the time that each took from the model server to here. */
    Load.Answers chunks() throws Exception {
        // Copied there and sorted here: the loop has streams to read.
        var all = onLoop(() -> new Load.Answers(failed, Arrays.copyOf(transits, Math.min(chunks, SAMPLES_MAX))));
        Arrays.sort(all.nanos());
        return all;
    }

    Count count() throws Exception {
        return onLoop(() -> new Count(begun, running, mostAtOnce, whole, failed, framesLost));
    }

    @Override
    public void close() {
        context.runOnContext(_ -> {
            closing = true;
            Set.copyOf(requests).forEach(HttpClientRequest::reset);
        });
    }

    private <T> T onLoop(Supplier<T> step) throws Exception {
        var done = new CompletableFuture<T>();
        context.runOnContext(_ -> done.complete(step.get()));
        return done.get(1, TimeUnit.MINUTES);
    }

    private final class One {
        private int next;
        private int ends;
        private boolean isInOrder = true;

        void begin() {
            if (closing) {
                return;
            }
            client.request(to)
                    .compose(request -> {
                        requests.add(request);
                        return request.send(Target.stream(kind.model, kind.shape()))
                                .onSuccess(response -> read(request, response))
                                .onFailure(_ -> requests.remove(request));
                    })
                    .onFailure(_ -> end(kind.chunks));
        }

        private void read(HttpClientRequest request, HttpClientResponse response) {
            var scanner = new EventScanner(1 << 20);
            begun++;
            running++;
            mostAtOnce = Math.max(mostAtOnce, running);
            response.exceptionHandler(_ -> {});
            response.handler(chunk -> BufferFeed.feed(scanner, chunk, this::take));
            response.end().onComplete(_ -> {
                requests.remove(request);
                running--;
                var isWhole = response.statusCode() == 200 && next == kind.chunks && ends == 1 && isInOrder;
                whole += isWhole ? 1 : 0;
                end(isWhole ? 0 : Math.max(1, kind.chunks - next));
                if (again) {
                    new One().begin();
                }
            });
        }

        private void take(Frame frame) {
            var at = frame.indexOf(CONTENT);
            if (at < 0) {
                ends += frame.dataIs(DONE) ? 1 : 0;
                return;
            }
            var numbers = new Numbers(frame.bytes(), at + CONTENT.length);
            if (chunks < SAMPLES_MAX) {
                transits[chunks] = System.nanoTime() - numbers.next();
            } else {
                numbers.next();
            }
            isInOrder &= numbers.next() == next;
            next++;
            chunks++;
        }

        private void end(int lost) {
            if (lost > 0 && !closing) {
                failed++;
                framesLost += lost;
            }
        }
    }

    /** Numbers with one other character behind each. */
    private static final class Numbers {
        private final byte[] bytes;
        private int at;

        Numbers(byte[] bytes, int at) {
            this.bytes = bytes;
            this.at = at;
        }

        long next() {
            var number = 0L;
            for (; bytes[at] >= '0' && bytes[at] <= '9'; at++) {
                number = 10 * number + bytes[at] - '0';
            }
            at++;
            return number;
        }
    }
}
