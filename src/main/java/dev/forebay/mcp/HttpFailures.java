package dev.forebay.mcp;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What statuses of a server mean for a call. */
final class HttpFailures {
    private HttpFailures() {}

    /** Only 404 for a session says that the session is lost; other refusals must not cost us a good one. */
    static Exception ofStatus(String server, HttpTarget.Session session, int status, Buffer body, long id) {
        if (status == 404 && !session.id().isEmpty()) {
            return new SessionLost();
        }
        var said = saidByServer(body, id);
        if (said != null) {
            return Failures.protocol(server, said);
        }
        var text = "answered with status " + status;
        return switch (status) {
            case 401, 403 ->
                Failures.unavailable(server, text + ": it refuses us; check the headers configured for it", null);
            case 404, 405 ->
                Failures.unavailable(server, text + ": this is no address of an MCP server; check the url", null);
            case 408, 429 -> Failures.unavailable(server, text + ": it is busy", null);
            default -> {
                if (status / 100 == 3) {
                    yield Failures.unavailable(
                            server, text + ": redirects are not followed; configure the final url", null);
                }
                // A proxy's 502 or 503 does not tell whether the server behind it has had the request.
                yield status / 100 == 4 ? Failures.protocol(server, text) : Failures.lost(server, text, null);
            }
        };
    }

    /** Servers put the reason for a refusal into a JSON-RPC error, often without the request's id. */
    private static @Nullable String saidByServer(Buffer body, long id) {
        try {
            var json = Wire.parse(body.getBytes(), 0, body.length());
            var error = json.path("error");
            var ours = json.path("id").isMissingNode() || json.path("id").isNull() || Wire.id(json.path("id")) == id;
            return ours && error.path("message").isTextual()
                    ? "error " + error.path("code").asLong() + ": "
                            + Failures.cut(error.path("message").textValue())
                    : null;
        } catch (IOException _) {
            return null;
        }
    }
}
