package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.forebay.demo.Parameter.Kind;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Values that the message names for a property of the answer, and the answer's text for a property that means it. */
final class MessageHints implements SchemaFiller.Hints {
    private static final Set<String> ANSWERS =
            Set.of("answer", "text", "summary", "result", "message", "response", "content", "reply", "output");
    private static final int ASKED_MAX = 200;

    private final Values values;
    private final String answer;
    private int asked;

    MessageHints(String message, String answer, LocalDate today) {
        var anything = Tool.of("", "", JsonNodeFactory.instance.objectNode());
        this.values = new Values(new Reading(anything, Said.of(message, Earlier.NONE, today)));
        this.answer = answer;
    }

    @Override
    public Optional<JsonNode> suggest(String property, JsonNode schema) {
        if (++asked > ASKED_MAX || !schema.isObject()) {
            return Optional.empty();
        }
        var parameter = Parameter.of(property, schema, false, "");
        if (parameter.kind() == Kind.LIST || parameter.kind() == Kind.OBJECT) {
            return Optional.empty();
        }
        var isAnswer = parameter.kind() == Kind.CONTENT && ANSWERS.contains(property.toLowerCase(Locale.ROOT));
        Optional<JsonNode> mentioned = values.of(parameter).stream().findFirst();
        return isAnswer ? mentioned.or(() -> Optional.of(JsonNodeFactory.instance.textNode(answer))) : mentioned;
    }
}
