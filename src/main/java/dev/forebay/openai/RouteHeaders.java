package dev.forebay.openai;

import dev.forebay.chat.RouteTaken;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The headers about routing: what a client may wish, and what an answer tells. They never go to a model server. */
final class RouteHeaders {
    /** Of requests and of answers. */
    static final CharSequence NODEPOOL = HttpHeaders.createOptimized("x-forebay-nodepool");

    static final CharSequence DEPLOYMENT = HttpHeaders.createOptimized("x-forebay-deployment");
    static final CharSequence PRIORITY = HttpHeaders.createOptimized("x-forebay-priority");
    static final CharSequence SESSION = HttpHeaders.createOptimized("x-session-id");

    private static final CharSequence REPLICA = HttpHeaders.createOptimized("x-forebay-replica");
    private static final CharSequence QUEUE_MS = HttpHeaders.createOptimized("x-forebay-queue-ms");
    private static final CharSequence COLD_START_MS = HttpHeaders.createOptimized("x-forebay-cold-start-ms");

    private RouteHeaders() {}

    /** Tells the client where its request runs; later calls correct earlier ones until the head is out. */
    static void put(HttpServerResponse response, RouteTaken route) {
        if (response.headWritten() || response.closed()) {
            return;
        }
        var headers = response.headers();
        if (route.nodepool() != null) {
            headers.set(NODEPOOL, fit(route.nodepool()));
        }
        if (route.replica() != null) {
            headers.set(REPLICA, fit(route.replica()));
        }
        headers.set(QUEUE_MS, Long.toString(route.queued().toMillis()));
        if (!route.coldStart().isZero()) {
            headers.set(COLD_START_MS, Long.toString(route.coldStart().toMillis()));
        }
    }

    /** Names are the operator's and may hold what a header cannot. */
    private static String fit(String name) {
        for (var i = 0; i < name.length(); i++) {
            if (name.charAt(i) <= ' ' || name.charAt(i) > '~' || name.charAt(i) == '%') {
                return URLEncoder.encode(name, StandardCharsets.UTF_8)
                        .replace("%2F", "/")
                        .replace("+", "%20");
            }
        }
        return name;
    }

    /** A name as an answer gave it. */
    static @Nullable String name(@Nullable String header) {
        if (header == null || header.indexOf('%') < 0) {
            return header;
        }
        try {
            return URLDecoder.decode(header.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            // Nothing that we gave; there will be none of that name.
            return header;
        }
    }
}
