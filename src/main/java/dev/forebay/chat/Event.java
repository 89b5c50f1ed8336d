package dev.forebay.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What happens while a model runs, in order. Chunks, Responses items and traces are renderings of these. */
public sealed interface Event {
    /**
     * A piece of the answer's text.
     *
     * @param choice members of the chunk's choice other than delta and finish_reason (logprobs and the like), or null
     */
    record Text(String text, @Nullable ObjectNode choice) implements Event {}

    /**
     * A piece of the model's reasoning.
     *
     * @param member the name that the engine gives it in the delta: {@code reasoning_content} or {@code reasoning}
     */
    record Reasoning(String text, String member) implements Event {}

    /** Members of a delta that Forebay does not act on ({@code refusal}, {@code audio}, ...), passed on untouched. */
    record Other(ObjectNode delta) implements Event {}

    /**
     * A fragment of a tool call. The first fragment of an index carries id and name, later ones only arguments.
     *
     * @param index position among the calls that the receiver is shown, from 0
     * @param extras members of the fragment that Forebay does not act on, as in {@link ToolCall}, or null
     */
    record ToolCallDelta(
            int index,
            @Nullable String id,
            @Nullable String name,
            String arguments,
            @Nullable ObjectNode extras) implements Event {
        public ToolCallDelta(int index, @Nullable String id, @Nullable String name, String arguments) {
            this(index, id, name, arguments, null);
        }
    }

    /** A round of the agent loop begins; rounds count from 1. */
    record RoundStarted(int round) implements Event {}

    /** The model turn of a round has ended. */
    record RoundEnded(int round, String finishReason, Usage usage, Duration took) implements Event {}

    /** A tool of ours has been called. */
    record ToolStarted(int round, String callId, String server, String tool, String arguments) implements Event {}

    /** What a running tool reports of itself. */
    record ToolProgress(
            String callId,
            double progress,
            @Nullable Double total,
            @Nullable String message) implements Event {}

    /**
     * A tool of ours has answered, failed or been refused.
     *
     * @param error why it failed, as the model was told, or null
     * @param resultBytes size of the text that the model gets
     */
    record ToolEnded(
            int round,
            String callId,
            String server,
            String tool,
            @Nullable String error,
            int resultBytes,
            Duration took)
            implements Event {}
}
