package dev.forebay.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A typed view over the JSON of a chat completion request. What it has no method for travels on as it came.
 *
 * @param json owned by whoever holds the request; changing it changes the request
 */
public record ChatRequest(ObjectNode json) {
    public String model() {
        return json.path("model").asText();
    }

    public ArrayNode messages() {
        return json.withArrayProperty("messages");
    }

    public JsonNode tools() {
        return json.path("tools");
    }

    /** False only where the client forbade it; engines ignore the member, so the loop keeps the promise. */
    public boolean parallelToolCalls() {
        return json.path("parallel_tool_calls").asBoolean(true);
    }

    /** A copy that can be changed without changing this one. */
    public ChatRequest copy() {
        return new ChatRequest(json.deepCopy());
    }
}
