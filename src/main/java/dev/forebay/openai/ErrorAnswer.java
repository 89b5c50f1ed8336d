package dev.forebay.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.RetryAdvice;
import dev.forebay.http.ApiError;
import dev.forebay.http.ApiRequest;
import dev.forebay.http.EdgeObserver.Abort;
import dev.forebay.sse.EventWriter;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A failure as the client gets it. What a model server says of a request that it finds wrong is passed on as it is; its
 * own faults become 502 to 504, and its refusal of the gateway's key never looks like a refusal of the client's.
 *
 * @param word why, for the log: a failure's own word, or an {@link ApiError}'s code
 * @param json the body, in one line
 * @param retry what is told of sending the request again
 */
record ErrorAnswer(int status, String word, Buffer json, RetryAdvice retry) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MESSAGE_CHARS_MAX = 2000;

    static ErrorAnswer of(ModelFailure failure) {
        var answer = answer(failure);
        return new ErrorAnswer(answer.status(), failure.word(), answer.json(), answer.retry());
    }

    private static ErrorAnswer answer(ModelFailure failure) {
        return switch (failure) {
            case ModelFailure.BadRequest bad -> of(ApiError.badRequest(text(bad), bad.param(), bad.code()));
            case ModelFailure.UnknownModel unknown ->
                of(new ApiError(
                        404,
                        text(unknown),
                        "invalid_request_error",
                        unknown.param(),
                        unknown.code(),
                        Optional.empty()));
            case ModelFailure.Overloaded full -> of(ApiError.overloaded(text(full), full.code(), full.retryAfter()));
            case ModelFailure.NoCapacity none ->
                of(ApiError.fault(503, text(none), "no_capacity", Optional.of(none.retryAfter())));
            case ModelFailure.Refused refused -> of(refused);
            case ModelFailure.Broken broken ->
                of(ApiError.fault(502, text(broken), "upstream_error", Optional.empty()));
            case ModelFailure.TimedOut late ->
                of(ApiError.fault(504, text(late), "upstream_timeout", Optional.empty()));
            case ModelFailure.AfterEffects ran ->
                of(ApiError.fault(400, text(ran), "failed_after_effects", Optional.empty()));
            case ModelFailure.ShuttingDown stopping ->
                of(ApiError.fault(503, text(stopping), "shutting_down", Optional.of(Duration.ofSeconds(5))));
        };
    }

    static ErrorAnswer of(ApiError error) {
        return new ErrorAnswer(
                error.status(),
                error.code() == null ? "error" : error.code(),
                Buffer.buffer(error.toBytes()),
                RetryAdvice.after(error.retryAfter()));
    }

    private static ErrorAnswer of(ModelFailure.Refused refused) {
        var said = parse(refused.body());
        var message = said.path("error").isTextual()
                ? said.path("error").asText()
                : said.path("error").path("message").asText(said.path("message").asText(""));
        return switch (refused.status()) {
            case 401, 403 -> unauthorized();
            case 503, 504 -> with(of(fault(refused.status(), message)), refused.retry());
            default -> {
                if (refused.status() >= 500) {
                    yield with(of(fault(502, message)), refused.retry());
                }
                yield said.path("error").path("message").isTextual()
                        ? new ErrorAnswer(
                                refused.status(), "upstream_refused", Buffer.buffer(said.toString()), refused.retry())
                        : with(of(wrapped(refused.status(), message)), refused.retry());
            }
        };
    }

    /** A fault of the gateway's side, so not 401: the client's key is fine. Nor does it help to try again. */
    private static ErrorAnswer unauthorized() {
        return with(
                of(ApiError.fault(
                        502,
                        "the model server refused the gateway's own key; check api_key of the nodepool",
                        "upstream_unauthorized",
                        Optional.empty())),
                RetryAdvice.IN_VAIN);
    }

    private static ApiError fault(int status, String message) {
        return ApiError.fault(
                status,
                message.isEmpty() ? "the model server failed" : "the model server failed: " + cut(message),
                "upstream_error",
                Optional.empty());
    }

    private static ApiError wrapped(int status, String message) {
        var text = message.isEmpty() ? "the model server refused the request" : cut(message);
        return status == 429
                ? new ApiError(429, text, "rate_limit_error", null, "upstream_rate_limit", Optional.empty())
                : ApiError.refused(status, text, "upstream_refused");
    }

    private static ErrorAnswer with(ErrorAnswer answer, RetryAdvice retry) {
        return new ErrorAnswer(answer.status(), answer.word(), answer.json(), retry);
    }

    /** Answers with it, if nothing has been answered yet. */
    void to(ApiRequest request) {
        var response = request.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        retry.after().ifPresent(wait -> {
            response.putHeader(
                    "retry-after",
                    Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
            if (wait.toMillisPart() > 0) {
                response.putHeader("retry-after-ms", Long.toString(wait.toMillis()));
            }
        });
        // OpenAI's own libraries heed it; others give up after two more tries.
        retry.should().ifPresent(should -> response.putHeader("x-should-retry", should.toString()));
        request.failedBy(word);
        request.answer(status, "application/json", json);
    }

    /** What a stream is counted as that it ends. */
    Abort abort() {
        return switch (word) {
            case "timeout" -> Abort.TIMEOUT;
            case "shutting_down" -> Abort.SHUTDOWN;
            default -> Abort.UPSTREAM;
        };
    }

    /** The event that ends a stream which must not look complete. */
    Buffer event() {
        return EventWriter.event(json.getBytes());
    }

    private static String text(ModelFailure failure) {
        return String.valueOf(failure.getMessage());
    }

    private static String cut(String message) {
        return message.length() <= MESSAGE_CHARS_MAX ? message : message.substring(0, MESSAGE_CHARS_MAX) + "…";
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException _) {
            return JSON.missingNode();
        }
    }
}
