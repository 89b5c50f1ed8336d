package dev.forebay.chat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A function call that a model asked for.
 *
 * @param id the upstream's id, opaque: engines do not agree on its form
 * @param arguments the text that the model wrote, not yet known to be JSON
 * @param extras members of the call that Forebay does not act on, those of its function below {@code function}. Some
 *     engines want them back with the call: Gemini's {@code extra_content} signs the thought that led to it
 */
public record ToolCall(String id, String name, String arguments, ObjectNode extras) {
    public ToolCall(String id, String name, String arguments) {
        this(id, name, arguments, JsonNodeFactory.instance.objectNode());
    }

    public ToolCall withId(String other) {
        return new ToolCall(other, name, arguments, extras);
    }

    public ToolCall withArguments(String text) {
        return new ToolCall(id, name, text, extras);
    }

    /** As it stands in an assistant's message. */
    public ObjectNode toJson() {
        var json = JsonNodeFactory.instance.objectNode().put("id", id).put("type", "function");
        json.putObject("function").put("name", name).put("arguments", arguments);
        addExtras(json, extras);
        return json;
    }

    /** Puts such members into a call or into a piece of one. */
    public static void addExtras(ObjectNode call, @Nullable ObjectNode extras) {
        if (extras == null) {
            return;
        }
        extras.properties().forEach(member -> {
            if (member.getKey().equals("function") && member.getValue() instanceof ObjectNode inner) {
                call.withObjectProperty("function").setAll(inner.deepCopy());
            } else {
                call.set(member.getKey(), member.getValue().deepCopy());
            }
        });
    }
}
