package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

/**
 * What the rules look at in a chat: the latest message of the user and the calls made since.
 *
 * @param user text of the latest user message, empty if there is none
 * @param attachments parts of it that are no text
 * @param done calls since then that have an answer, in the order of the calls
 */
record Conversation(String user, int attachments, List<Done> done) {
    /** A call and what the tool answered. */
    record Done(String name, JsonNode arguments, String result) {
        /** Told by the words that servers and gateways use; the protocol has no mark for it. */
        boolean failed() {
            var start = result.stripLeading();
            var lower = start.substring(0, Math.min(start.length(), 40)).toLowerCase(Locale.ROOT);
            return lower.startsWith("error")
                    || lower.startsWith("failed")
                    || lower.startsWith("mcp error")
                    || lower.startsWith("{\"error\"")
                    || lower.startsWith("access denied")
                    || lower.startsWith("no such tool")
                    || lower.startsWith("invalid arguments");
        }
    }

    /** Longer messages are read up to here. */
    private static final int USER_CHARACTERS_MAX = 8_000;

    Conversation {
        done = List.copyOf(done);
    }

    static Conversation of(JsonNode messages) {
        var last = messages.size() - 1;
        while (last >= 0 && !messages.get(last).path("role").asText().equals("user")) {
            last--;
        }
        var content = last < 0
                ? JsonNodeFactory.instance.missingNode()
                : messages.get(last).path("content");
        var attachments = 0;
        for (var part : content) {
            attachments += part.has("text") || part.has("refusal") ? 0 : 1;
        }
        var text = text(content);
        return new Conversation(
                text.substring(0, Math.min(text.length(), USER_CHARACTERS_MAX)),
                attachments,
                answered(messages, last + 1));
    }

    /** The text of a content, whatever its shape. */
    static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.isTextual() ? content.asText() : "";
        }
        var texts = new ArrayList<String>();
        for (var part : content) {
            if (part.path("text").isTextual()) {
                texts.add(part.path("text").asText());
            }
        }
        return String.join("\n", texts);
    }

    private static List<Done> answered(JsonNode messages, int from) {
        var answers = new HashMap<String, String>();
        for (var i = from; i < messages.size(); i++) {
            if (messages.get(i).path("role").asText().equals("tool")) {
                answers.put(
                        messages.get(i).path("tool_call_id").asText(),
                        text(messages.get(i).path("content")));
            }
        }
        var done = new ArrayList<Done>();
        for (var i = from; i < messages.size(); i++) {
            for (var call : messages.get(i).path("tool_calls")) {
                var answer = answers.get(call.path("id").asText());
                if (answer != null) {
                    var function = call.path("function");
                    var arguments = Json.parse(function.path("arguments").asText())
                            .orElse(JsonNodeFactory.instance.objectNode());
                    done.add(new Done(function.path("name").asText(), arguments, answer));
                }
            }
        }
        return done;
    }
}
