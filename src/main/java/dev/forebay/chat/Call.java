package dev.forebay.chat;

import dev.forebay.access.Caller;
import java.time.Instant;

/**
 * The request of a client that a run serves.
 *
 * @param requestId the value of {@code x-request-id}
 * @param traceparent the W3C trace context that came in, or empty
 * @param deadline when the answer must be complete
 * @param round the agent loop's round from 1, or 0 where there is no loop
 * @param interruption why the run's thread is interrupted, once it is
 */
public record Call(
        String requestId, String traceparent, Caller caller, Instant deadline, int round, Interruption interruption) {
    public Call(String requestId, String traceparent, Caller caller, Instant deadline) {
        this(requestId, traceparent, caller, deadline, 0, new Interruption());
    }

    public Call inRound(int next) {
        return new Call(requestId, traceparent, caller, deadline, next, interruption);
    }
}
