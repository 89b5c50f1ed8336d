package dev.forebay.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.forebay.config.ConfigException;
import dev.forebay.http.ApiError;
import dev.forebay.http.ApiRequest;
import dev.forebay.routing.UnknownName;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests with JSON, or with what was wrong. */
final class Answers {
    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    /** Where making the answer does not block. */
    static void now(ApiRequest request, Supplier<JsonNode> json) {
        send(request, outcome(json));
    }

    /** Makes the answer on a thread of its own, where it may block. */
    static void blocking(Vertx vertx, ApiRequest request, Supplier<JsonNode> json) {
        var context = vertx.getOrCreateContext();
        Thread.ofVirtual().name("control " + request.id()).start(() -> {
            var outcome = outcome(json);
            context.runOnContext(_ -> send(request, outcome));
        });
    }

    static JsonNode list(Collection<? extends JsonNode> rows) {
        var json = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = json.putArray("data");
        rows.forEach(data::add);
        return json;
    }

    private record Outcome(Optional<JsonNode> json, Optional<ApiError> error) {}

    private static Outcome outcome(Supplier<JsonNode> json) {
        try {
            return new Outcome(Optional.of(json.get()), Optional.empty());
        } catch (UnknownName e) {
            return failed(ApiError.refused(404, String.valueOf(e.getMessage()), "not_found"));
        } catch (ConfigException e) {
            return failed(ApiError.badRequest(
                    "the configuration is not good, so all goes on as before:\n" + e.getMessage(),
                    null,
                    "invalid_configuration"));
        } catch (IllegalArgumentException e) {
            return failed(ApiError.badRequest(String.valueOf(e.getMessage()), null, "invalid_value"));
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a request to the control API failed");
            return failed(ApiError.fault(
                    500, "the gateway could not do this; its log says why", "internal_error", Optional.empty()));
        }
    }

    private static Outcome failed(ApiError error) {
        return new Outcome(Optional.empty(), Optional.of(error));
    }

    private static void send(ApiRequest request, Outcome outcome) {
        if (request.response().closed()) {
            return;
        }
        outcome.error().ifPresent(request::fail);
        outcome.json().ifPresent(json -> request.answer(200, "application/json", Buffer.buffer(json.toString())));
    }
}
