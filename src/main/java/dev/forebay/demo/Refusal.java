package dev.forebay.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A request that is not served, with the status and the words in which OpenAI's API tells so. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable String param;
    private final @Nullable String code;

    Refusal(int status, String message, @Nullable String param, @Nullable String code) {
        super(message);
        this.status = status;
        this.param = param;
        this.code = code;
    }

    static Refusal badRequest(String message, @Nullable String param) {
        return new Refusal(400, message, param, null);
    }

    int status() {
        return status;
    }

    ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.putObject("error")
                .put("message", getMessage())
                .put("type", status >= 500 ? "server_error" : "invalid_request_error")
                .put("param", param)
                .put("code", code);
        return json;
    }
}
