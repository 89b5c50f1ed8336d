package dev.forebay.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.nio.charset.StandardCharsets;

/**
 * Requests in another version of HTTP than 1.0 and 1.1, the beginning of HTTP/2 (RFC 9113 §3.4) among them. Vert.x would
 * answer them in the version that they name, which is none that this server speaks: RFC 9110 §15.6.6 wants its own.
 */
final class OtherVersion {
    static final ApiError ERROR = ApiError.refused(
            505,
            "this port speaks HTTP/1.1 and HTTP/1.0, and the request names another version; tell the client or the proxy"
                    + " to use HTTP/1.1",
            "http_version_not_supported");

    private OtherVersion() {}

    static boolean isNamedBy(HttpServerRequest request) {
        return request.version() == null;
    }

    /** Whoever calls this takes nothing more from the connection. */
    static void refuse(HttpServerRequest request, String requestId) {
        if (request.connection() instanceof HttpServerConnection channel) {
            var body = ERROR.toJson().toString();
            var answer = "HTTP/1.1 505 HTTP Version Not Supported\r\nx-request-id: " + requestId
                    + "\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: " + body.length()
                    + "\r\n\r\n" + body;
            // From the first place of the pipeline, past the encoder of answers.
            var _ = channel.channelHandlerContext()
                    .pipeline()
                    .firstContext()
                    .writeAndFlush(Unpooled.wrappedBuffer(answer.getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
