package dev.forebay.chat;

import dev.forebay.access.Caller;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears of every model turn of either lane. {@link #admit} runs before a replica is leased and may refuse by throwing a
 * {@link ModelFailure}; once it has returned, {@link #ended} runs exactly once, on every path. Both are called on an
 * event loop and must not block.
 */
public interface TurnObserver {
    default void admit(Turn turn) {}

    void ended(Turn turn, Outcome outcome, Usage usage);

    /**
     * @param model the configured model's id, never what a client made up
     * @param operation {@code chat}, {@code text_completion} or {@code embeddings}, as OpenTelemetry names them
     * @param round the agent loop's round from 1, or 0 in the relay lane
     */
    record Turn(String requestId, Caller caller, String model, String operation, boolean stream, int round) {
        /** The public id of the key that it is asked with. */
        public String keyId() {
            return caller.keyId();
        }
    }

    /**
     * How a turn ended.
     *
     * @param error null when it is complete, else a word from a closed set such as {@code client_gone},
     *     {@code upstream_cut}
     * @param nodepool where it was served last, or null if it never got a lease
     * @param firstChunk time to the first data event of a stream, or null
     * @param chunks data events of a stream that were part of the answer
     */
    record Outcome(
            @Nullable String error,
            int attempts,
            @Nullable String nodepool,
            Duration queued,
            @Nullable Duration firstChunk,
            int chunks,
            Duration took) {}
}
