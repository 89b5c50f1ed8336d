package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import dev.forebay.config.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Says to a model what is wrong with its arguments: where (JSON Pointer), what was expected, what was there. */
final class Complaint {
    private static final int ERRORS_MAX = 5;

    private Complaint() {}

    static String about(List<Error> errors, JsonNode schema) {
        var lines = errors.stream().map(e -> line(e, schema)).distinct().toList();
        var shown = lines.stream().limit(ERRORS_MAX).collect(Collectors.joining("; "));
        return lines.size() > ERRORS_MAX ? shown + "; and " + (lines.size() - ERRORS_MAX) + " more" : shown;
    }

    private static String line(Error error, JsonNode schema) {
        var pointer = error.getInstanceLocation().toString();
        var at = pointer.isEmpty() ? "at the top level: " : "at " + Excerpt.of(pointer) + ": ";
        var property = String.valueOf(error.getProperty());
        return at
                + switch (error.getKeyword()) {
                    case "required" -> "the property \"" + property + "\" is missing";
                    case "additionalProperties", "unevaluatedProperties" ->
                        "unknown property \"" + Excerpt.of(property) + "\""
                                + (pointer.isEmpty() ? hint(property, schema) : "");
                    case "type" -> "expected " + types(error.getSchemaNode()) + ", got " + got(error);
                    case "enum" ->
                        "expected one of " + Excerpt.of(error.getSchemaNode().toString()) + ", got " + got(error);
                    case "const" -> "expected " + Excerpt.of(error.getSchemaNode()) + ", got " + got(error);
                    default -> Excerpt.of(error.getMessage()) + ", got " + got(error);
                };
    }

    private static String hint(String property, JsonNode schema) {
        var known = new ArrayList<String>();
        schema.path("properties").fieldNames().forEachRemaining(known::add);
        return known.isEmpty() ? "" : Nearest.hint(Excerpt.of(property), known);
    }

    private static String types(JsonNode types) {
        return types.isArray()
                ? AgentRequest.elements(types).stream().map(JsonNode::asText).collect(Collectors.joining(" or "))
                : types.asText();
    }

    private static String got(Error error) {
        return error.getInstanceNode() == null ? "nothing" : Excerpt.of(error.getInstanceNode());
    }
}
