package dev.forebay.telemetry;

import dev.forebay.chat.Usage;
import dev.forebay.http.EdgeObserver.RequestEnd;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a request once it is over.
 *
 * @param attempts of all its turns
 * @param nodepool where its last turn was served, or null
 * @param queued time that its turns waited for slots
 * @param rounds of the agent loop, 0 in the relay lane
 */
record RequestSummary(
        RequestEnd end,
        int attempts,
        @Nullable String nodepool,
        Duration queued,
        Usage usage,
        int rounds,
        int toolCalls)
        implements LogFields {
    /** Of one that had no turn. */
    static RequestSummary of(RequestEnd end) {
        return new RequestSummary(end, 0, null, Duration.ZERO, Usage.NONE, 0, 0);
    }

    @Override
    public void write(Fields to) {
        to.text("request", end.requestId());
        to.text("key", end.keyId());
        to.text("method", end.method());
        to.text("route", end.route());
        to.text("model", end.model());
        to.number("status", end.status());
        to.text("error", end.error());
        to.number("ms", end.took().toMillis());
        if (end.firstChunk() != null) {
            to.number("first_chunk_ms", end.firstChunk().toMillis());
        }
        if (attempts > 0) {
            to.number("attempts", attempts);
            to.number("queued_ms", queued.toMillis());
            to.text("nodepool", nodepool);
            to.number("tokens_in", usage.prompt());
            to.number("tokens_out", usage.completion());
            to.number("tokens_cached", usage.cached());
            to.number("tokens_reasoning", usage.reasoning());
        }
        if (rounds > 0) {
            to.number("rounds", rounds);
            to.number("tool_calls", toolCalls);
        }
    }
}
