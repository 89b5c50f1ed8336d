package dev.forebay.http;

import dev.forebay.access.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One request to the API, from its head to the end of its answer. It lives on its connection's event loop. */
public final class ApiRequest {
    /** Told when the answer is of no use any more, or must end now. */
    public interface Interrupted {
        /** The client has gone, or its connection has been reset. */
        void clientGone();

        /** The gateway stops: the answer ends here, with this error. */
        void abort(ApiError reason);
    }

    private final OpenRequests requests;
    private final HttpServerRequest http;
    private final HttpServerResponse response;
    private final String id;
    private final long startedNanos;
    private final long cohort;
    private String route = "other";
    private @Nullable Caller caller;
    private Buffer body = Buffer.buffer();
    private long reservedBytes;
    private boolean placed;
    private boolean ended;
    private @Nullable Interrupted interrupted;
    private @Nullable String operation;
    private @Nullable String model;
    private @Nullable String error;
    private long firstChunkNanos = -1;
    private @Nullable Runnable streamOver;

    ApiRequest(OpenRequests requests, HttpServerRequest http, String id, long startedNanos, long cohort) {
        this.requests = requests;
        this.http = http;
        this.response = http.response();
        this.id = id;
        this.startedNanos = startedNanos;
        this.cohort = cohort;
    }

    /** The value of {@code x-request-id}. */
    public String id() {
        return id;
    }

    public Caller caller() {
        if (caller == null) {
            throw new IllegalStateException("the request has not been authenticated");
        }
        return caller;
    }

    public HttpServerRequest http() {
        return http;
    }

    public HttpServerResponse response() {
        return response;
    }

    public Buffer body() {
        return body;
    }

    /** What the path has after the first occurrence of this, decoded; a plus stands for itself. */
    public String pathAfter(String prefix) {
        var path = String.valueOf(http.path());
        return URLDecoder.decode(
                path.substring(path.indexOf(prefix) + prefix.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The client's {@code traceparent}, or null if it sent none that is well formed. */
    public @Nullable String traceparent() {
        var header = http.getHeader("traceparent");
        return header != null && Framing.isTraceparent(header) ? header : null;
    }

    /** A moment on the clock for spans of time, in nanoseconds: when the head had been read. */
    public long startedNanos() {
        return startedNanos;
    }

    /** Set by whoever serves the request for longer than a moment. */
    public void onInterrupted(Interrupted handler) {
        interrupted = handler;
    }

    /** For the log: what is asked for, by the configured model's id. */
    public void asks(String what, String modelId) {
        operation = what;
        model = modelId;
    }

    /** For the log: why it was not served whole, a word from a closed set. The first one stays. */
    public void failedBy(String word) {
        if (error == null) {
            error = word;
        }
    }

    /** For the log: the first data event goes out now. */
    public void firstChunk() {
        if (firstChunkNanos < 0) {
            firstChunkNanos = requests.nanos() - startedNanos;
        }
    }

    /** For the metrics: the answer is a stream whose head goes out now. */
    public void streams(LongSupplier unreadBytes) {
        if (streamOver == null && !ended) {
            streamOver = requests.shared().observer().streamBegan(unreadBytes);
        }
    }

    /** Answers with an error; nothing if the answer has begun or the client has gone. */
    public void fail(ApiError error) {
        if (ended || response.headWritten() || response.closed()) {
            return;
        }
        error.retryAfter()
                .ifPresent(wait -> response.putHeader("retry-after", Long.toString(Math.max(1, wait.toSeconds()))));
        failedBy(error.code() == null ? "error" : error.code());
        answer(error.status(), "application/json", Buffer.buffer(error.toBytes()));
    }

    /** Answers with a whole body. */
    public void answer(int status, String contentType, Buffer whole) {
        response.setStatusCode(status).putHeader("content-type", contentType).end(whole);
    }

    void route(String pattern) {
        route = pattern;
    }

    void caller(Caller known) {
        caller = known;
    }

    EdgeObserver.RequestEnd summary(boolean gone, long nowNanos) {
        var status = gone && !response.headWritten() ? 499 : response.getStatusCode();
        return new EdgeObserver.RequestEnd(
                id,
                caller == null ? null : caller.keyId(),
                http.method().name(),
                route,
                operation,
                model,
                status,
                gone && error == null ? "client_gone" : error,
                firstChunkNanos < 0 ? null : Duration.ofNanos(firstChunkNanos),
                Duration.ofNanos(nowNanos - startedNanos));
    }

    void body(Buffer whole) {
        body = whole;
    }

    boolean reserve(long bytes) {
        if (!requests.shared().memory().reserve(bytes)) {
            return false;
        }
        reservedBytes += bytes;
        return true;
    }

    /** Takes one of the places for requests, until it ends. */
    boolean takePlace() {
        placed = requests.shared().requests().take();
        return placed;
    }

    /** Its number among {@link Cohorts}. */
    long cohort() {
        return cohort;
    }

    boolean isEnded() {
        return ended;
    }

    /** The answer has been sent, or there is nobody left to send it to. */
    void end(boolean gone) {
        if (ended) {
            return;
        }
        ended = true;
        requests.shared().memory().release(reservedBytes);
        reservedBytes = 0;
        if (streamOver != null) {
            streamOver.run();
        }
        if (placed) {
            requests.shared().requests().giveBack();
        }
        requests.ended(this, gone);
        if (gone && interrupted != null) {
            interrupted.clientGone();
        }
    }

    void abort(ApiError reason) {
        if (ended) {
            return;
        }
        if (interrupted == null) {
            fail(reason);
        } else {
            interrupted.abort(reason);
        }
    }
}
