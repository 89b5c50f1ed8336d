package dev.forebay.http;

import dev.forebay.http.EdgeObserver.Limit;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads one request's body within its bounds, then calls the handler. */
final class BodyReader {
    private final Edge edge;
    private final Edge.Shared shared;
    private final Connections connections;
    private final ApiRequest request;
    private final ApiHandler handler;
    private @Nullable Buffer body;
    private boolean refused;

    BodyReader(Edge edge, Connections connections, ApiRequest request, ApiHandler handler) {
        this.edge = edge;
        this.shared = edge.shared();
        this.connections = connections;
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
                connections.read(request);
                request.body(body == null ? Buffer.buffer() : body);
                handler.handle(request);
            }
        });
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
        edge.closeAfter(
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
        edge.closeAfter(
                request,
                ApiError.overloaded(
                        "the gateway holds as many request bodies as it may (limits.body_memory_bytes_max)",
                        "body_memory",
                        Duration.ofSeconds(1)));
    }
}
