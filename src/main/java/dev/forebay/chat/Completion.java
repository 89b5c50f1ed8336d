package dev.forebay.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The end of a run.
 *
 * @param message the assistant's message as it belongs into the history: role, content (null if none; a list whose last
 *     part is the text where the engine sends lists besides text), reasoning under
 *     the engine's own member name, and members unknown to us; {@code tool_calls} are left out, see {@code toolCalls}
 * @param toolCalls the calls that the receiver has to run, in the order of their indices
 * @param finishReason {@code stop}, {@code length}, {@code tool_calls}, {@code content_filter} or the engine's own word
 * @param choice members of the choice other than message and finish_reason, merged over the chunks
 * @param extras top-level members that Forebay adds ({@code x_forebay}) or passes on ({@code system_fingerprint})
 */
public record Completion(
        ObjectNode message,
        List<ToolCall> toolCalls,
        String finishReason,
        Usage usage,
        ObjectNode choice,
        ObjectNode extras) {
    public Completion {
        toolCalls = List.copyOf(toolCalls);
    }
}
