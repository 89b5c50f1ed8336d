package dev.forebay.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The requests that one event loop serves now. Each begins here once and ends here once. Used on the loop only. */
final class OpenRequests {
    static final ApiError STOPPING = ApiError.fault(
            503, "the gateway is shutting down; try again", "shutting_down", Optional.of(Duration.ofSeconds(5)));

    /** That a client that is still sending is given to read its last answer. */
    static final long LINGER_MILLIS = 500;

    private static final long LAST_WORDS_MILLIS = 2000;

    private final Vertx vertx;
    private final Edge.Shared shared;
    private final Connections connections;
    private final Set<ApiRequest> active = new HashSet<>();
    private final Cohorts cohorts = new Cohorts();
    private volatile int activeCount;
    private @Nullable Runnable onQuiet;

    OpenRequests(Vertx vertx, Edge.Shared shared, Connections connections) {
        this.vertx = vertx;
        this.shared = shared;
        this.connections = connections;
    }

    Edge.Shared shared() {
        return shared;
    }

    /** Every request goes through here once, so that it is logged and counted once. */
    ApiRequest begin(HttpServerRequest http, String pattern) {
        var theirs = http.getHeader("x-request-id");
        var id = theirs != null && Framing.isRequestId(theirs)
                ? theirs
                : shared.ids().get();
        var now = nanos();
        var request = new ApiRequest(this, http, id, now, cohorts.begin());
        request.route(pattern);
        active.add(request);
        activeCount = active.size();
        connections.began(request, now);
        var response = http.response();
        response.putHeader("x-request-id", id);
        response.endHandler(_ -> request.end(false));
        response.closeHandler(_ -> request.end(true));
        response.exceptionHandler(cause -> broke(request, cause));
        return request;
    }

    /** The connection has, or the chunks of a body are such that nobody knows where it ends; Vert.x then closes it. */
    private void broke(ApiRequest request, Throwable cause) {
        var closed = cause instanceof IOException || cause instanceof HttpClosedException;
        if (!closed && connections.isReading(request)) {
            shared.observer().limitRejected(EdgeObserver.Limit.HEADERS);
            answerLast(request, Framing.BAD_CHUNKS);
            if (request.http().connection() instanceof HttpServerConnection channel) {
                channel.channelHandlerContext().flush();
            }
        }
        request.end(true);
    }

    /** The body has been read. */
    void read(ApiRequest request) {
        connections.read(request);
    }

    void ended(ApiRequest request, boolean gone) {
        active.remove(request);
        activeCount = active.size();
        var now = nanos();
        connections.ended(request, now);
        shared.observer().requestEnded(request.summary(gone, now));
        if (onQuiet != null && active.isEmpty()) {
            onQuiet.run();
        }
        cohorts.end(request.cohort());
    }

    /** As {@link Edge#whenThoseOpenNowHaveEnded}. */
    Future<Void> whenThoseOpenNowHaveEnded() {
        return cohorts.whenThoseOpenNowHaveEnded();
    }

    /** Refuses before the body has been read; what is left of it would keep the connection from its next request. */
    void closeAfter(ApiRequest request, ApiError error) {
        if (Framing.declaredLength(request.http()) == 0) {
            request.fail(error);
        } else {
            answerLast(request, error);
        }
    }

    /** Refuses, and takes nothing more from this connection. */
    void answerLast(ApiRequest request, ApiError error) {
        request.response().putHeader("connection", "close");
        last(request.http().connection());
        request.fail(error);
    }

    /**
     * What follows on this connection is not served. It is closed, but not at once, since a client that is still sending
     * would then be reset before it reads the answer.
     */
    void last(HttpConnection connection) {
        connections.last(connection);
        vertx.setTimer(LINGER_MILLIS, _ -> connection.close().onFailure(_ -> {}));
    }

    boolean isLast(HttpConnection connection) {
        return connections.isLast(connection);
    }

    boolean isSurplus(HttpConnection connection) {
        return connections.isSurplus(connection);
    }

    /** As {@link Edge#drain}. */
    Future<Void> drain(Duration patience) {
        var quiet = Promise.<Void>promise();
        onQuiet = () -> quiet.tryComplete();
        if (active.isEmpty()) {
            quiet.tryComplete();
        } else {
            vertx.setTimer(Math.max(1, patience.toMillis()), _ -> abortAll());
        }
        return quiet.future();
    }

    /** As {@link Edge#abortAll}. */
    void abortAll() {
        List.copyOf(active).forEach(request -> request.abort(STOPPING));
        vertx.setTimer(LAST_WORDS_MILLIS, _ -> {
            if (onQuiet != null) {
                onQuiet.run();
            }
        });
    }

    /** Any thread. */
    int count() {
        return activeCount;
    }

    long nanos() {
        return shared.nanos().getAsLong();
    }
}
