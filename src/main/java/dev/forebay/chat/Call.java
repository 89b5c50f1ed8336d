package dev.forebay.chat;

import dev.forebay.access.Caller;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * The request of a client that a run serves.
 *
 * @param requestId the value of {@code x-request-id}
 * @param traceparent the W3C trace context that came in, or empty
 * @param deadline when the answer must be complete
 * @param round the agent loop's round from 1, or 0 where there is no loop
 * @param interruption why the run's thread is interrupted, once it is
 * @param wish where its turns are to run, the same for all rounds
 * @param routed told where the first of its turns runs, again for each try; on an event loop
 */
public record Call(
        String requestId,
        String traceparent,
        Caller caller,
        Instant deadline,
        int round,
        Interruption interruption,
        RouteWish wish,
        Consumer<RouteTaken> routed) {
    /** One that may run anywhere. */
    public Call(String requestId, String traceparent, Caller caller, Instant deadline) {
        this(requestId, traceparent, caller, deadline, RouteWish.NONE, _ -> {});
    }

    public Call(
            String requestId,
            String traceparent,
            Caller caller,
            Instant deadline,
            RouteWish wish,
            Consumer<RouteTaken> routed) {
        this(requestId, traceparent, caller, deadline, 0, new Interruption(), wish, routed);
    }

    public Call inRound(int next) {
        return new Call(
                requestId, traceparent, caller, deadline, next, interruption, wish, next > 1 ? _ -> {} : routed);
    }
}
