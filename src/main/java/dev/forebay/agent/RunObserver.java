package dev.forebay.agent;

import dev.forebay.chat.Usage;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hears of agentic runs and of the tool calls in them. Called on the run's threads, each event once; must not block. */
public interface RunObserver {
    RunObserver NONE = new RunObserver() {};

    default void toolEnded(ToolEnd end) {}

    default void runEnded(RunEnd end) {}

    /**
     * A tool call that was answered, failed or refused before it was sent.
     *
     * @param model the agentic model's id
     * @param server the server's configured name; the word {@code url} for servers that a request brought along
     * @param tool the server's own name for the tool; empty if the model made one up
     * @param error null for a result, else a word from a closed set: {@code tool_error}, {@code protocol}, {@code timeout},
     *     {@code unavailable}, {@code lost}, {@code too_large}, {@code invalid_arguments}, {@code unknown_tool},
     *     {@code refused} (by a budget or the breaker of identical calls), {@code cancelled}
     */
    record ToolEnd(
            String requestId,
            String model,
            String server,
            String tool,
            @Nullable String error,
            int resultBytes,
            Duration took) {}

    /**
     * The end of a run.
     *
     * @param stopReason why it ended: {@code stop}, {@code client_tools}, {@code length}, the budget that was spent
     *     ({@code rounds_max}, {@code tool_calls_max}, {@code seconds_max}, {@code tokens_max}), or {@code error}
     * @param error null unless it failed, else a word as in {@code TurnObserver.Outcome}
     * @param budgets that it met, by their keys in the configuration, whether they ended it or not
     */
    record RunEnd(
            String requestId,
            String model,
            int rounds,
            int toolCalls,
            String stopReason,
            @Nullable String error,
            Set<String> budgets,
            Usage usage,
            Duration took) {
        public RunEnd {
            budgets = Set.copyOf(budgets);
        }
    }
}
