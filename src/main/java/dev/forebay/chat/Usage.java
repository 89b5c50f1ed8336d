package dev.forebay.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Tokens of one or more model turns. {@code cached} is part of {@code prompt}, {@code reasoning} part of
 * {@code completion}, as in OpenAI's usage object.
 */
public record Usage(long prompt, long completion, long cached, long reasoning) {
    /** A turn has fewer; more is a mistake of the engine, and the sum of many would overflow. */
    private static final long COUNT_MAX = 1_000_000_000_000L;

    public static final Usage NONE = new Usage(0, 0, 0, 0);

    /**
     * Reads OpenAI's usage object; empty for null, for another type and for an object without any count. A count that no
     * turn can have is 0.
     */
    public static Optional<Usage> from(JsonNode json) {
        if (!json.isObject() || !(json.has("prompt_tokens") || json.has("completion_tokens"))) {
            return Optional.empty();
        }
        return Optional.of(new Usage(
                count(json, "prompt_tokens"),
                count(json, "completion_tokens"),
                count(json.path("prompt_tokens_details"), "cached_tokens"),
                count(json.path("completion_tokens_details"), "reasoning_tokens")));
    }

    public long total() {
        return prompt + completion;
    }

    public Usage plus(Usage other) {
        return new Usage(
                prompt + other.prompt,
                completion + other.completion,
                cached + other.cached,
                reasoning + other.reasoning);
    }

    public ObjectNode toJson() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("prompt_tokens", prompt).put("completion_tokens", completion).put("total_tokens", total());
        json.putObject("prompt_tokens_details").put("cached_tokens", cached);
        json.putObject("completion_tokens_details").put("reasoning_tokens", reasoning);
        return json;
    }

    private static long count(JsonNode json, String member) {
        var count = json.path(member).asLong(0);
        return count < 0 || count > COUNT_MAX ? 0 : count;
    }
}
