package dev.forebay.http;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hears of what happens at the edge: who was turned away, which streams broke off, how each request ended. Called on any
 * thread, event loops among them; must not block.
 */
public interface EdgeObserver {
    EdgeObserver NONE = new EdgeObserver() {};

    /** A request was answered with 401 or 403. */
    default void authFailed(AuthFailure reason) {}

    /** A request was turned away because it went over a limit. */
    default void limitRejected(Limit limit) {}

    /**
     * The head of a stream goes out now.
     *
     * @param unreadBytes may be asked from any thread: what has been written and waits for the client to read it
     * @return to be called once, when the stream is over
     */
    default Runnable streamBegan(LongSupplier unreadBytes) {
        return () -> {};
    }

    /** A stream whose head was out ended without its terminal event. */
    default void streamAborted(Abort reason) {}

    /**
     * The last word about a request, exactly once on every path. It is to come after the request's last turn and its run
     * have ended, since the log line sums them up; a turn that is still open then is waited for.
     */
    default void requestEnded(RequestEnd end) {}

    /** Why a request was not let in. */
    enum AuthFailure {
        /** No key came along. */
        MISSING,
        /** The header is there but holds no key. */
        MALFORMED,
        /** The key's checksum is wrong. */
        MISTYPED,
        UNKNOWN,
        EXPIRED,
        REVOKED,
        /** A good key that may not do this. */
        SCOPE;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As metrics and log call it. */
        public String word() {
            return word;
        }
    }

    /** What a request can be too much of. */
    enum Limit {
        /** Connections at once. */
        CONNECTIONS,
        /** Requests at once. */
        REQUESTS,
        HEADERS,
        /** The body's own size. */
        BODY,
        /** The memory that all bodies share. */
        BODY_MEMORY,
        /** The time in which the body must come. */
        BODY_SECONDS;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As metrics and log call it. */
        public String word() {
            return word;
        }
    }

    /** What broke a stream off. */
    enum Abort {
        CLIENT_GONE,
        SLOW_READER,
        UPSTREAM,
        TIMEOUT,
        SHUTDOWN;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As metrics and log call it. */
        public String word() {
            return word;
        }
    }

    /**
     * How a request ended.
     *
     * @param keyId the public id of the key it came with, or null
     * @param route the route's pattern from the closed set that the server knows, such as {@code /v1/models/*}
     * @param operation {@code chat}, {@code text_completion} or {@code embeddings}; null for other routes
     * @param model the configured model's id, or null if the request named none that is known
     * @param status what was sent; 499 if the client had gone before
     * @param error null if it was served whole, else a word from a closed set, as in {@code TurnObserver.Outcome}
     * @param firstChunk time from the request's arrival to the first data event sent to the client, or null
     * @param took time from the request's arrival to the end of the answer
     */
    record RequestEnd(
            String requestId,
            @Nullable String keyId,
            String method,
            String route,
            @Nullable String operation,
            @Nullable String model,
            int status,
            @Nullable String error,
            @Nullable Duration firstChunk,
            Duration took) {}
}
