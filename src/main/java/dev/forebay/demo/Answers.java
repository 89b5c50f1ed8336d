package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.demo.Conversation.Done;
import java.util.ArrayList;
import java.util.List;

/** Composes an answer from what the tools said. */
final class Answers {
    private static final int RESULT_CHARACTERS_MAX = 4_000;
    private static final int MEMBERS_MAX = 12;

    private Answers() {}

    /** One sentence a call, in the order of the calls; then what no tool was found for. */
    static String of(List<Done> done, List<String> unmet) {
        var sentences = new ArrayList<String>();
        for (var call : done) {
            sentences.add(sentence(call));
        }
        for (var clause : unmet) {
            sentences.add(
                    "I found no tool, or not all that it needs, for \"%s\"; I am Forebay's rule-based demo and match words only."
                            .formatted(shortened(clause, 200)));
        }
        return String.join("\n", sentences);
    }

    static String shortened(String text, int charactersMax) {
        if (text.length() <= charactersMax) {
            return text;
        }
        var end = Character.isHighSurrogate(text.charAt(charactersMax - 1)) ? charactersMax - 1 : charactersMax;
        return text.substring(0, end) + "…";
    }

    private static String sentence(Done call) {
        var with = readable(call.arguments());
        var what = call.name() + (with.isEmpty() ? "" : " (" + shortened(with, 300) + ")");
        var result = shortened(
                Json.parse(call.result())
                        .map(Answers::readable)
                        .orElse(call.result())
                        .strip(),
                RESULT_CHARACTERS_MAX);
        if (call.failed()) {
            return "%s failed: %s".formatted(what, result);
        }
        if (result.isEmpty()) {
            return "%s answered with nothing.".formatted(what);
        }
        return result.contains("\n")
                ? "%s answered:\n%s".formatted(what, result)
                : "%s answered: %s".formatted(what, result);
    }

    /** {@code name: value, name: value} for small flat objects; other JSON as it is. */
    private static String readable(JsonNode json) {
        if (json.isValueNode()) {
            return json.asText();
        }
        var flat = json.isObject()
                && json.size() <= MEMBERS_MAX
                && json.valueStream().allMatch(JsonNode::isValueNode);
        if (!flat) {
            return json.toString();
        }
        var members = new ArrayList<String>();
        json.properties()
                .forEach(member ->
                        members.add(member.getKey() + ": " + member.getValue().asText()));
        return String.join(", ", members);
    }
}
