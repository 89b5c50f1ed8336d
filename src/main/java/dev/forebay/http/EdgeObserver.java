package dev.forebay.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Hears of what happens at the HTTP edge. Called on event loops; must not block or throw. */
public interface EdgeObserver {
    EdgeObserver NONE = new EdgeObserver() {};

    default void authFailed(AuthFailure reason) {}

    default void limitRejected(Limit limit) {}

    default void streamAborted(StreamAbort reason) {}

    /** A request to the API has been answered, or its client has gone; once a request, on every path. */
    default void requestEnded(RequestEnd end) {}

    /** Why a key was not accepted. */
    enum AuthFailure {
        MISSING,
        MALFORMED,
        UNKNOWN,
        FORBIDDEN
    }

    /** Which bound a request ran into. */
    enum Limit {
        BODY_BYTES,
        BODY_MEMORY,
        BODY_SECONDS,
        HEADERS
    }

    /** Why a stream ended before its end. */
    enum StreamAbort {
        CLIENT_GONE,
        SLOW_READER,
        UPSTREAM,
        SHUTDOWN
    }

    /**
     * @param route the route's pattern such as {@code /v1/chat/completions}, or {@code other}; never a raw path
     * @param keyId of the caller, or null if it is not known
     * @param status the status sent, or 499 if the client had gone before one was
     * @param took from the request's head to the answer's end
     */
    record RequestEnd(
            String requestId,
            String method,
            String route,
            @Nullable String keyId,
            int status,
            Duration took) {}
}
