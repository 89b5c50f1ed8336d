package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.ToolCall;
import java.util.List;

/** The messages by which calls and results of tools stand in the history. */
final class ToolMessages {
    private ToolMessages() {}

    /** The engine's own message with its calls: reasoning and members unknown to us stay in it. */
    static ObjectNode assistant(ObjectNode message, List<ToolCall> calls) {
        var json = message.deepCopy();
        json.put("role", "assistant");
        if (!json.has("content")) {
            json.putNull("content");
        }
        var array = json.putArray("tool_calls");
        for (var call : calls) {
            array.add(call.withArguments(Arguments.forHistory(call.arguments())).toJson());
        }
        return json;
    }

    static ObjectNode result(String callId, String text) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("role", "tool")
                .put("tool_call_id", callId)
                .put("content", text);
    }

    static ObjectNode images(List<? extends JsonNode> parts) {
        var json = JsonNodeFactory.instance.objectNode().put("role", "user");
        var content = json.putArray("content");
        content.addObject().put("type", "text").put("text", "Images in the results of the tools above:");
        content.addAll(parts);
        return json;
    }

    /** The same message with a note at its end; a message of its own would break the order some templates insist on. */
    static ObjectNode withNote(ObjectNode message, String note) {
        var json = message.deepCopy();
        if (json.path("content").isArray()) {
            json.withArrayProperty("content").addObject().put("type", "text").put("text", note);
        } else {
            json.put("content", json.path("content").asText("") + "\n\n" + note);
        }
        return json;
    }

    static boolean isResult(JsonNode message) {
        return message.path("role").asText().equals("tool");
    }
}
