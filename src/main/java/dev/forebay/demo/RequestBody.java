package dev.forebay.demo;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Reads a request's body up to a limit. */
final class RequestBody {
    private RequestBody() {}

    /** @return fails with a {@link Refusal}, or with what broke the connection */
    static Future<Buffer> read(HttpServerRequest request, int bytesMax) {
        var encoding = request.getHeader("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return Future.failedFuture(new Refusal(415, "encoded bodies are not read: " + encoding, null, null));
        }
        if (declared(request) > bytesMax) {
            return Future.failedFuture(tooLarge(bytesMax));
        }
        Promise<Buffer> whole = Promise.promise();
        var body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + (long) chunk.length() <= bytesMax) {
                body.appendBuffer(chunk);
            } else {
                whole.tryFail(tooLarge(bytesMax));
            }
        });
        request.endHandler(_ -> whole.tryComplete(body));
        request.exceptionHandler(whole::tryFail);
        if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
            request.response().writeContinue();
        }
        return whole.future();
    }

    static boolean isThere(HttpServerRequest request) {
        return declared(request) > 0 || request.getHeader("transfer-encoding") != null;
    }

    private static long declared(HttpServerRequest request) {
        var length = request.getHeader("content-length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static Refusal tooLarge(int bytesMax) {
        return new Refusal(413, "the body is larger than " + bytesMax + " bytes", null, "request_too_large");
    }
}
