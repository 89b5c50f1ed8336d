package dev.forebay.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What one run has spent of its budgets. Used on the run's thread only. */
final class Allowance {
    private final Budgets budgets;
    private final InstantSource clock;
    private final Instant deadline;
    private final IdenticalCalls identical;
    private final Map<String, Integer> callsByTool = new HashMap<>();
    private int toolCalls;
    private boolean wantedMoreCalls;
    private long imageBytes;

    /** @param deadline of the request; the run's own time may end before it */
    Allowance(Budgets budgets, InstantSource clock, Instant deadline) {
        this.budgets = budgets;
        this.clock = clock;
        var own = clock.instant().plusSeconds(budgets.secondsMax());
        this.deadline = own.isBefore(deadline) ? own : deadline;
        this.identical = new IdenticalCalls(budgets.identicalCallsMax());
    }

    /** The budget that forbids another round with tools. */
    Optional<String> spent(int roundsDone, long tokens) {
        if (wantedMoreCalls) {
            return Optional.of("tool_calls_max");
        }
        if (left().isZero()) {
            return Optional.of("seconds_max");
        }
        if (budgets.tokensMax() > 0 && tokens >= budgets.tokensMax()) {
            return Optional.of("tokens_max");
        }
        return roundsDone >= budgets.roundsMax() ? Optional.of("rounds_max") : Optional.empty();
    }

    /**
     * Why a call must not be made.
     *
     * @param budget that forbids it, by its key
     * @param why in words for the model
     */
    record Forbidden(String budget, String why) {}

    /** Takes a tool call from the budgets, or says why it must not be made. */
    Optional<Forbidden> take(String name, String identity) {
        if (left().isZero()) {
            return forbidden("seconds_max", "the time for this request (" + budgets.secondsMax() + " s) is over");
        }
        if (toolCalls >= budgets.toolCallsMax()) {
            wantedMoreCalls = true;
            return forbidden("tool_calls_max", "the budget of " + budgets.toolCallsMax() + " tool calls is spent");
        }
        var calls = callsByTool.getOrDefault(name, 0);
        if (calls >= budgets.toolCallsPerToolMax()) {
            return forbidden(
                    "tool_calls_per_tool_max",
                    "the budget of " + budgets.toolCallsPerToolMax()
                            + " calls of this tool is spent; go on without it");
        }
        if (!identical.start(identity)) {
            return forbidden(
                    "identical_calls_max",
                    "this call was made before with the same arguments and gave the same result "
                            + budgets.identicalCallsMax() + " times; use that result or try something else");
        }
        toolCalls++;
        callsByTool.put(name, calls + 1);
        return Optional.empty();
    }

    private static Optional<Forbidden> forbidden(String budget, String why) {
        return Optional.of(new Forbidden(budget, why));
    }

    void ended(String identity, String result) {
        identical.end(identity, result);
    }

    /** Room for images that is left. */
    long imageBytesLeft() {
        return budgets.imageBytesMax() - imageBytes;
    }

    void tookImages(long bytes) {
        imageBytes += bytes;
    }

    Duration left() {
        var left = Duration.between(clock.instant(), deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }

    Budgets budgets() {
        return budgets;
    }
}
