package dev.forebay.http;

import dev.forebay.http.EdgeObserver.Limit;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one request's body within its bounds, then calls the handler. */
final class BodyReader {
    private static final Logger log = LoggerFactory.getLogger(BodyReader.class);

    private final OpenRequests requests;
    private final Edge.Shared shared;
    private final ApiRequest request;
    private final ApiHandler handler;
    private @Nullable Buffer body;
    private boolean refused;

    BodyReader(OpenRequests requests, ApiRequest request, ApiHandler handler) {
        this.requests = requests;
        this.shared = requests.shared();
        this.request = request;
        this.handler = handler;
    }

    void begin() {
        var http = request.http();
        var declared = Framing.declaredLength(http);
        if (declared > shared.limits().bodyBytesMax()) {
            tooLarge();
            return;
        }
        if (declared > 0 && !request.reserve(declared)) {
            noMemory();
            return;
        }
        if (http.headers().contains("expect")) {
            // Nobody waits for it: if the client has gone, its close handler says so.
            request.response().writeContinue().onFailure(_ -> {});
        }
        http.exceptionHandler(_ -> {
            // The connection broke while the body came; the response's close handler ends the request.
            refused = true;
        });
        http.handler(chunk -> {
            if (!refused) {
                take(chunk, declared);
            }
        });
        http.endHandler(_ -> {
            if (!refused && !request.isEnded()) {
                requests.read(request);
                request.body(body == null ? Buffer.buffer() : body);
                handle();
            }
        });
    }

    private void handle() {
        try {
            handler.handle(request);
        } catch (RuntimeException e) {
            // Vert.x would only log it, and the client would wait for ever.
            log.atError().addKeyValue("request", request.id()).setCause(e).log("request failed by a fault of ours");
            request.fail(ApiError.fault(
                    500,
                    "the gateway failed; its log tells more under this request's x-request-id",
                    "internal_error",
                    Optional.empty()));
        }
    }

    private void take(Buffer chunk, long declared) {
        var whole = body;
        var length = (whole == null ? 0 : whole.length()) + (long) chunk.length();
        if (length > shared.limits().bodyBytesMax()) {
            tooLarge();
            return;
        }
        if (declared < 0 && !request.reserve(chunk.length())) {
            noMemory();
            return;
        }
        if (whole == null && chunk.length() == declared) {
            body = chunk;
            return;
        }
        if (whole == null) {
            whole = Buffer.buffer((int) Math.max(declared, chunk.length()));
            body = whole;
        }
        whole.appendBuffer(chunk);
    }

    private void tooLarge() {
        refused = true;
        body = null;
        shared.observer().limitRejected(Limit.BODY);
        requests.closeAfter(
                request,
                ApiError.refused(
                        413,
                        "the body is larger than " + shared.limits().bodyBytesMax() + " bytes (limits.body_bytes_max)",
                        "request_too_large"));
    }

    private void noMemory() {
        refused = true;
        body = null;
        shared.observer().limitRejected(Limit.BODY_MEMORY);
        requests.closeAfter(
                request,
                ApiError.overloaded(
                        "the gateway holds as many request bodies as it may (limits.body_memory_bytes_max)",
                        "body_memory",
                        Duration.ofSeconds(1)));
    }
}
