package dev.forebay.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Vert.x lets pass in a request's head and a gateway must not. Sources: RFC 9112 §3.2, RFC 9110 §7.2 and §8.4. */
final class Framing {
    private static final String TRACE_IDS = "-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}";
    private static final Pattern TRACEPARENT =
            Pattern.compile("00" + TRACE_IDS + "|(?!00|ff)[0-9a-f]{2}" + TRACE_IDS + "(?:-.*)?");

    static final int REQUEST_LINE_BYTES_MAX = 8 * 1024;

    private Framing() {}

    static HttpServerOptions server(Limits limits) {
        return new HttpServerOptions()
                .setMaxHeaderSize(limits.headerBytesMax())
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setHandle100ContinueAutomatically(false)
                .setHttp2ClearTextEnabled(false)
                // There are no web sockets here, and these would put a handler into every request's way.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setAcceptBacklog(4096)
                .setTcpNoDelay(true);
    }

    static Optional<ApiError> problem(HttpServerRequest request, Limits limits) {
        var headers = request.headers();
        if (count(headers) > limits.headersMax()) {
            return Optional.of(ApiError.refused(
                    431, "more than " + limits.headersMax() + " headers (limits.headers_max)", "too_many_headers"));
        }
        var hosts = headers.getAll("host").size();
        if (hosts > 1 || (hosts == 0 && request.version() == HttpVersion.HTTP_1_1)) {
            return Optional.of(ApiError.refused(400, "there must be one host header", "bad_request"));
        }
        var transfer = headers.get("transfer-encoding");
        if (transfer != null && !transfer.equalsIgnoreCase("chunked")) {
            return Optional.of(
                    ApiError.refused(400, "the only transfer-encoding that is taken is chunked", "bad_request"));
        }
        var uri = request.uri();
        if (uri.isEmpty() || uri.charAt(0) != '/') {
            return Optional.of(
                    ApiError.refused(400, "the request line must name a path such as /v1/models", "bad_request"));
        }
        var encoding = headers.get("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return Optional.of(ApiError.refused(
                    415, "encoded bodies are not accepted; send the body without content-encoding", "bad_request"));
        }
        var expect = headers.get("expect");
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            return Optional.of(
                    ApiError.refused(417, "this expectation cannot be met: only 100-continue", "bad_request"));
        }
        return Optional.empty();
    }

    /** Of a head that the parser gave up on. */
    static ApiError unreadable(@Nullable Throwable cause, Limits limits) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                ApiError.refused(
                        414, "the request line is longer than " + REQUEST_LINE_BYTES_MAX + " bytes", "bad_request");
            case TooLongHttpHeaderException _ ->
                ApiError.refused(
                        431,
                        "the headers are larger than " + limits.headerBytesMax() + " bytes (limits.header_bytes_max)",
                        "too_many_headers");
            case null, default -> ApiError.refused(400, "this is no HTTP/1.1 request that can be read", "bad_request");
        };
    }

    /** Header lines; the map's own size counts a name once. */
    private static int count(MultiMap headers) {
        var count = 0;
        for (var lines = headers.iterator(); lines.hasNext(); lines.next()) {
            count++;
        }
        return count;
    }

    /** The declared length of the body; -1 for a chunked one, 0 for none. */
    static long declaredLength(HttpServerRequest request) {
        var length = request.headers().get("content-length");
        if (length == null) {
            return request.headers().contains("transfer-encoding") ? -1 : 0;
        }
        try {
            return Long.parseLong(length.strip());
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    /** The form that W3C Trace Context, level 2, §3.2 gives the header; from versions after 00, more may follow. */
    static boolean isTraceparent(String value) {
        return value.length() <= 128 && TRACEPARENT.matcher(value).matches();
    }

    /** An id of the client's is kept if it matches {@code [\w.-]{1,128}}. */
    static boolean isRequestId(String id) {
        if (id.isEmpty() || id.length() > 128) {
            return false;
        }
        for (var i = 0; i < id.length(); i++) {
            var c = id.charAt(i);
            if (c > 127 || !(Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-')) {
                return false;
            }
        }
        return true;
    }
}
