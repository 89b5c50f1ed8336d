package dev.forebay.agent;

import dev.forebay.config.Default;

/**
 * What one run of an agentic model may spend. A request may lower each of them, never raise one.
 *
 * @param roundsMax model calls in which tools are offered; if the last of them still asks for tools, these run and one
 *     more call without tools gives the answer
 * @param toolCallsMax tool calls that are run, over all rounds
 * @param toolCallsPerToolMax the same for each single tool; above it the model is told so, and the run goes on
 * @param parallelMax tool calls of one round that run at the same time
 * @param secondsMax time after which no tool is started and running ones are cancelled; an answer that the model is
 *     giving is not cut off by it
 * @param tokensMax prompt and completion tokens over all rounds, looked at before each model call; 0 is no limit
 * @param toolTimeoutSeconds for a tool call without a sign of progress; a tool's own timeout comes before it
 * @param toolTimeoutMaxSeconds for a tool call in all, however much progress it reports
 * @param resultBytesMax of a tool's result as the model gets it; of what is longer, the middle is left out
 * @param imageBytesMax of all images that a run shows to a model with vision
 * @param identicalCallsMax how often a tool may give the same result for the same arguments before such a call is
 *     refused; a result that changes, as when polling, starts the count anew
 * @param contextTokensMax size of the model's context; above 80 % of it, the oldest results of tools are replaced by a
 *     line each; 0 is no limit
 */
public record Budgets(
        @Default("10") int roundsMax,
        @Default("50") int toolCallsMax,
        @Default("50") int toolCallsPerToolMax,
        @Default("8") int parallelMax,
        @Default("300") int secondsMax,
        @Default("0") int tokensMax,
        @Default("60") int toolTimeoutSeconds,
        @Default("600") int toolTimeoutMaxSeconds,
        @Default("32 KiB") int resultBytesMax,
        @Default("4 MiB") int imageBytesMax,
        @Default("3") int identicalCallsMax,
        @Default("0") int contextTokensMax) {
    public static final Budgets DEFAULT = new Budgets(10, 50, 50, 8, 300, 0, 60, 600, 32 << 10, 4 << 20, 3, 0);

    public Budgets {
        atLeast("rounds_max", roundsMax, 1);
        atLeast("tool_calls_max", toolCallsMax, 1);
        atLeast("tool_calls_per_tool_max", toolCallsPerToolMax, 1);
        atLeast("parallel_max", parallelMax, 1);
        atLeast("seconds_max", secondsMax, 1);
        atLeast("tokens_max", tokensMax, 0);
        atLeast("tool_timeout_seconds", toolTimeoutSeconds, 1);
        atLeast("tool_timeout_max_seconds", toolTimeoutMaxSeconds, 1);
        atLeast("result_bytes_max", resultBytesMax, 256);
        atLeast("image_bytes_max", imageBytesMax, 0);
        atLeast("identical_calls_max", identicalCallsMax, 1);
        atLeast("context_tokens_max", contextTokensMax, 0);
    }

    private static void atLeast(String key, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(key + ": need " + least + " or more, got " + value);
        }
    }
}
