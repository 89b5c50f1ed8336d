package dev.forebay.bench;

import dev.forebay.sse.EventScanner;
import dev.forebay.sse.Frame;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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

/** Event streams that are read all the time. A stream that lacks a chunk or its end has failed. */
final class Streams implements AutoCloseable {
    private static final int SAMPLES_MAX = 2_000_000;
    private static final byte[] CONTENT = "\"content\":\" ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final Vertx vertx;
    private final Context context;
    private final HttpClient client;
    private final RequestOptions to;
    private final Buffer body;
    private final int chunksOfOne;
    private final Set<HttpClientRequest> running = new HashSet<>();
    private boolean closing;
    private int failed;
    private int chunks;
    private long[] transits = new long[SAMPLES_MAX];

    Streams(Vertx vertx, Context context, HttpClient client, RequestOptions to, Buffer body, int chunksOfOne) {
        this.vertx = vertx;
        this.context = context;
        this.client = client;
        this.to = to;
        this.body = body;
        this.chunksOfOne = chunksOfOne;
    }

    Streams open(int count, Duration within) {
        context.runOnContext(_ -> {
            for (var i = 0; i < count; i++) {
                vertx.setTimer(1 + i * within.toMillis() / count, _ -> begin());
            }
        });
        return this;
    }

    /** Forgets what has come so far. */
    void reset() throws Exception {
        onLoop(() -> {
            chunks = 0;
            failed = 0;
        });
    }

    /** Chunks since the last {@link #reset}, with the time that each took from the model server to here. */
    Load.Answers chunks() throws Exception {
        var taken = new Load.Answers[1];
        onLoop(() -> {
            var sorted = Arrays.copyOf(transits, Math.min(chunks, SAMPLES_MAX));
            Arrays.sort(sorted);
            taken[0] = new Load.Answers(failed, sorted);
        });
        return taken[0];
    }

    @Override
    public void close() {
        context.runOnContext(_ -> {
            closing = true;
            Set.copyOf(running).forEach(HttpClientRequest::reset);
        });
    }

    private void begin() {
        if (closing) {
            return;
        }
        client.request(to)
                .compose(request -> {
                    running.add(request);
                    return request.send(body).onSuccess(response -> read(request, response));
                })
                .onFailure(_ -> lost());
    }

    private void read(HttpClientRequest request, HttpClientResponse response) {
        var scanner = new EventScanner(1 << 20);
        var seen = new int[2];
        response.exceptionHandler(_ -> {});
        response.handler(chunk -> scanner.feed(chunk, frame -> take(frame, seen)));
        response.end().onComplete(_ -> {
            running.remove(request);
            if (response.statusCode() != 200 || seen[0] != chunksOfOne || seen[1] != 1) {
                lost();
            }
            begin();
        });
    }

    private void take(Frame frame, int[] seen) {
        var at = frame.indexOf(CONTENT);
        if (at < 0) {
            seen[1] += frame.dataIs(DONE) ? 1 : 0;
            return;
        }
        seen[0]++;
        var sent = 0L;
        for (var i = at + CONTENT.length; frame.bytes()[i] != '"'; i++) {
            sent = 10 * sent + frame.bytes()[i] - '0';
        }
        if (chunks < SAMPLES_MAX) {
            transits[chunks] = System.nanoTime() - sent;
        }
        chunks++;
    }

    private void lost() {
        failed += closing ? 0 : 1;
    }

    private void onLoop(Runnable step) throws Exception {
        var done = new CompletableFuture<Void>();
        context.runOnContext(_ -> {
            step.run();
            done.complete(null);
        });
        done.get(1, TimeUnit.MINUTES);
    }
}
