package dev.forebay.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
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

    private static final String HOST_MARKS = "-._~%!$&'()*+,;=:[]";

    static final int REQUEST_LINE_BYTES_MAX = 8 * 1024;

    static final ApiError BAD_CHUNKS = ApiError.refused(400, "the chunks of the body cannot be read", "bad_request");

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
        var seen = new Seen(headers);
        if (seen.lines > limits.headersMax()) {
            return refused(
                    431, "more than " + limits.headersMax() + " headers (limits.headers_max)", "too_many_headers");
        }
        if (seen.nameless) {
            return bad("there is a header without a name");
        }
        var host = headers.get("host");
        if (seen.hosts > 1 || (host == null && request.version() == HttpVersion.HTTP_1_1)) {
            return bad("there must be one host header");
        }
        if (host != null && !isHost(host)) {
            return bad("the host header must be a name or an address, and a port if any");
        }
        if (seen.keys > 1) {
            return bad(
                    "the request has " + seen.keys
                            + " authorization headers, which may name different callers; send one: \"authorization: Bearer KEY\"");
        }
        var transfer = headers.get("transfer-encoding");
        if (transfer != null && (seen.transferCodings > 1 || !transfer.equalsIgnoreCase("chunked"))) {
            return bad("the only transfer-encoding that is taken is chunked");
        }
        if (!isPath(request)) {
            return bad("the request line must name a path such as /v1/models");
        }
        var encoding = headers.get("content-encoding");
        if (encoding != null && (seen.encodings > 1 || !encoding.equalsIgnoreCase("identity"))) {
            return refused(
                    415, "encoded bodies are not accepted; send the body without content-encoding", "bad_request");
        }
        var expect = headers.get("expect");
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            return refused(417, "this expectation cannot be met: only 100-continue", "bad_request");
        }
        return Optional.empty();
    }

    private static Optional<ApiError> bad(String message) {
        return refused(400, message, "bad_request");
    }

    private static Optional<ApiError> refused(int status, String message, String code) {
        return Optional.of(ApiError.refused(status, message, code));
    }

    /** What one look at all header lines tells. The map's own size counts a name once, and gives the first of several. */
    private static final class Seen {
        private int lines;
        private int hosts;
        private int keys;
        private int transferCodings;
        private int encodings;
        private boolean nameless;

        Seen(MultiMap headers) {
            for (var line : headers) {
                lines++;
                var name = line.getKey();
                switch (name.length()) {
                    case 0 -> nameless = true;
                    case 4 -> hosts += one(name, "host");
                    case 13 -> keys += one(name, "authorization");
                    case 16 -> encodings += one(name, "content-encoding");
                    case 17 -> transferCodings += one(name, "transfer-encoding");
                    default -> {}
                }
            }
        }

        private static int one(String name, String wanted) {
            return name.equalsIgnoreCase(wanted) ? 1 : 0;
        }
    }

    /** The characters of RFC 3986 §3.2.2 and §3.2.3. An empty one is allowed where there is no authority. */
    private static boolean isHost(String host) {
        for (var i = 0; i < host.length(); i++) {
            var c = host.charAt(i);
            if (c > 127 || !(Character.isLetterOrDigit(c) || HOST_MARKS.indexOf(c) >= 0)) {
                return false;
            }
        }
        return true;
    }

    /** Forebay is no proxy for other hosts, so that a whole URL is not taken even where it names this one. */
    private static boolean isPath(HttpServerRequest request) {
        var uri = request.uri();
        return (!uri.isEmpty() && uri.charAt(0) == '/')
                || (uri.equals("*") && request.method().equals(HttpMethod.OPTIONS));
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
