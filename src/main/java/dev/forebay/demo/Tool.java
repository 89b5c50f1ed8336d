package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A function that a request offers, with the words by which it can be recognised.
 *
 * @param nameWords stems of the name; a label before a double underscore does not count
 * @param allWords stems of name, description and parameters
 */
record Tool(
        String name,
        String description,
        JsonNode schema,
        List<Parameter> parameters,
        Set<String> nameWords,
        Set<String> allWords) {
    /** Longer descriptions are looked at up to here. */
    private static final int DESCRIPTION_CHARACTERS_MAX = 2_000;

    private static final Set<String> CHANGING = Words.stemmed(
            "save store write delete remove erase create move rename edit update insert set send post put drop"
                    + " reset clear toggle trigger append book buy pay cancel kill stop start deploy gzip zip");

    Tool {
        parameters = List.copyOf(parameters);
    }

    static Tool of(String name, String description, JsonNode schema) {
        var text = description.substring(0, Math.min(description.length(), DESCRIPTION_CHARACTERS_MAX));
        var label = name.lastIndexOf("__");
        var nameWords = Words.stems(label < 0 ? name : name.substring(label + 2));
        var parameters = Parameter.of(schema, name + " " + text);
        var words = new LinkedHashSet<>(nameWords);
        words.addAll(Words.stems(label < 0 ? text : name.substring(0, label) + " " + text));
        for (var parameter : parameters) {
            words.addAll(Words.stems(parameter.name() + " " + parameter.description()));
        }
        var object = schema.isObject() ? schema : JsonNodeFactory.instance.objectNode();
        return new Tool(name, text, object, parameters, nameWords, words);
    }

    /** The functions of a request's {@code tools}; other types are passed over. */
    static List<Tool> listOf(JsonNode tools) {
        var list = new ArrayList<Tool>();
        for (var tool : tools) {
            var function = tool.path("function");
            if (tool.path("type").asText("function").equals("function")
                    && !function.path("name").asText().isEmpty()) {
                list.add(of(
                        function.path("name").asText(),
                        function.path("description").asText(),
                        function.path("parameters")));
            }
        }
        return list;
    }

    /** The verb by which the name says that a call changes something, or empty. */
    Set<String> changingVerbs() {
        var verbs = new LinkedHashSet<String>(nameWords);
        verbs.retainAll(CHANGING);
        return verbs;
    }

    /** Words that name the tool or a parameter, and so are not part of what it is told. */
    Set<String> ownWords() {
        var own = new LinkedHashSet<String>(Words.widened(nameWords));
        for (var parameter : parameters) {
            own.addAll(Words.stems(parameter.name()));
        }
        return own;
    }
}
