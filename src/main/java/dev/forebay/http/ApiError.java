package dev.forebay.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An error in the shape of OpenAI's API: {@code {"error": {message, type, param, code}}}.
 *
 * @param type the family: {@code invalid_request_error}, {@code authentication_error}, {@code permission_error},
 *     {@code rate_limit_error}, {@code api_error}
 * @param param the parameter at fault, or null
 * @param code what programs switch on
 * @param retryAfter how long to wait, where waiting helps
 */
public record ApiError(
        int status,
        String message,
        String type,
        @Nullable String param,
        @Nullable String code,
        Optional<Duration> retryAfter) {
    public static ApiError badRequest(String message, @Nullable String param, String code) {
        return new ApiError(400, message, "invalid_request_error", param, code, Optional.empty());
    }

    public static ApiError refused(int status, String message, String code) {
        return new ApiError(status, message, "invalid_request_error", null, code, Optional.empty());
    }

    public static ApiError unauthenticated(String message) {
        return new ApiError(401, message, "authentication_error", null, "invalid_api_key", Optional.empty());
    }

    public static ApiError forbidden(String message) {
        return new ApiError(403, message, "permission_error", null, "insufficient_permissions", Optional.empty());
    }

    public static ApiError overloaded(String message, String code, Duration retryAfter) {
        return new ApiError(429, message, "rate_limit_error", null, code, Optional.of(retryAfter));
    }

    /** A fault of ours or of a server behind us. */
    public static ApiError fault(int status, String message, String code, Optional<Duration> retryAfter) {
        return new ApiError(status, message, "api_error", null, code, retryAfter);
    }

    public ObjectNode toJson() {
        var json = JsonNodeFactory.instance.objectNode();
        json.putObject("error")
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return json;
    }

    public byte[] toBytes() {
        return toJson().toString().getBytes(StandardCharsets.UTF_8);
    }
}
