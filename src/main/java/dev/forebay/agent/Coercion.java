package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Puts values that are right but written as the wrong type into the type that the schema demands: {@code "5"} for a
 * number, {@code "true"} for a boolean, one value for a list of them, an object or list as text. Nothing is changed
 * where the schema takes the value's own type or leaves open which of several it means.
 */
final class Coercion {
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,30})");
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?");

    private final JsonNode root;

    private Coercion(JsonNode root) {
        this.root = root;
    }

    /** A changed copy, or the same value if there is nothing to change. */
    static JsonNode fit(JsonNode value, JsonNode schema) {
        return new Coercion(schema).fit(value, schema, 0);
    }

    private JsonNode fit(JsonNode value, JsonNode schema, int depth) {
        if (depth > JsonText.DEPTH_MAX) {
            return value;
        }
        var meant = meant(schema, 0);
        var types = types(meant);
        return switch (value.getNodeType()) {
            case OBJECT ->
                types.contains("array") && !types.contains("object")
                        ? listOf(value, meant, depth)
                        : members((ObjectNode) value, meant, depth);
            case ARRAY -> items((ArrayNode) value, meant, depth);
            case STRING -> text(value, types, meant, depth);
            case NUMBER ->
                types.contains("array") && !types.contains("number") && !types.contains("integer")
                        ? listOf(value, meant, depth)
                        : value;
            case BOOLEAN -> types.contains("array") && !types.contains("boolean") ? listOf(value, meant, depth) : value;
            case NULL, MISSING, BINARY, POJO -> value;
        };
    }

    private JsonNode members(ObjectNode value, JsonNode schema, int depth) {
        var fitted = JsonNodeFactory.instance.objectNode();
        value.properties().forEach(member -> {
            var named = schema.path("properties").path(member.getKey());
            var of = named.isMissingNode() && schema.path("patternProperties").isEmpty()
                    ? schema.path("additionalProperties")
                    : named;
            fitted.set(member.getKey(), fit(member.getValue(), of, depth + 1));
        });
        return fitted;
    }

    private JsonNode items(ArrayNode value, JsonNode schema, int depth) {
        var fitted = JsonNodeFactory.instance.arrayNode();
        var isPlain = schema.path("prefixItems").isMissingNode();
        for (var item : value) {
            fitted.add(isPlain ? fit(item, schema.path("items"), depth + 1) : item);
        }
        return fitted;
    }

    private JsonNode text(JsonNode value, Set<String> types, JsonNode schema, int depth) {
        var text = value.asText();
        if (types.isEmpty() || types.contains("string")) {
            return value;
        }
        var isNumber = types.contains("number") && NUMBER.matcher(text).matches();
        if (isNumber || (types.contains("integer") && INTEGER.matcher(text).matches())) {
            return parsed(text);
        }
        if (types.contains("boolean") && (text.equals("true") || text.equals("false"))) {
            return BooleanNode.valueOf(text.equals("true"));
        }
        if (types.contains("object") || types.contains("array")) {
            var inside = parsed(text);
            if ((inside.isObject() && types.contains("object")) || (inside.isArray() && types.contains("array"))) {
                return fit(inside, schema, depth + 1);
            }
        }
        // Text that begins like JSON was meant to be some, and is broken: that is no single value for a list.
        var isPlain =
                !text.stripLeading().startsWith("[") && !text.stripLeading().startsWith("{");
        return types.contains("array") && isPlain ? listOf(value, schema, depth) : value;
    }

    private JsonNode listOf(JsonNode value, JsonNode schema, int depth) {
        return JsonNodeFactory.instance.arrayNode().add(fit(value, schema.path("items"), depth + 1));
    }

    private static JsonNode parsed(String text) {
        try {
            return JsonText.parse(text);
        } catch (JsonText.NotJson _) {
            return MissingNode.getInstance();
        }
    }

    /** Follows references inside the schema, and takes the one alternative that is not null. */
    private JsonNode meant(JsonNode schema, int steps) {
        if (steps > 16) {
            return MissingNode.getInstance();
        }
        var reference = schema.path("$ref").asText("");
        if (reference.startsWith("#/")) {
            return meant(root.at(reference.substring(1)), steps + 1);
        }
        for (var keyword : Set.of("anyOf", "oneOf")) {
            var alternatives = schema.path(keyword);
            if (!alternatives.isMissingNode()) {
                var real = AgentRequest.elements(alternatives).stream()
                        .filter(a -> !a.path("type").asText().equals("null"))
                        .toList();
                return real.size() == 1 ? meant(real.getFirst(), steps + 1) : MissingNode.getInstance();
            }
        }
        return schema;
    }

    /** The types that a value may have; empty if the schema does not say. */
    private static Set<String> types(JsonNode schema) {
        var types = new HashSet<String>();
        if (schema.path("type").isTextual()) {
            types.add(schema.path("type").asText());
        }
        schema.path("type").forEach(type -> types.add(type.asText()));
        return types;
    }
}
