package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.LinkedHashSet;

/** Two schemas that both apply, as one. */
final class SchemaMerge {
    private SchemaMerge() {}

    static ObjectNode without(JsonNode schema, String keyword) {
        var rest = JsonNodeFactory.instance.objectNode();
        schema.properties().forEach(member -> {
            if (!member.getKey().equals(keyword)) {
                rest.set(member.getKey(), member.getValue());
            }
        });
        return rest;
    }

    /**
     * @return a schema that allows what both allow; the arguments stay as they are
     * @throws SchemaFiller.Unfillable if that cannot be said in one schema
     */
    static JsonNode merge(JsonNode a, JsonNode b) {
        if (a.isBoolean() || b.isBoolean()) {
            var none = a.isBoolean() ? !a.asBoolean() : b.asBoolean();
            return none ? a : b;
        }
        var merged = without(a, "");
        b.properties().forEach(member -> {
            var key = member.getKey();
            merged.set(key, merged.has(key) ? both(key, merged.path(key), member.getValue()) : member.getValue());
        });
        return merged;
    }

    private static JsonNode both(String keyword, JsonNode a, JsonNode b) {
        if (a.equals(b)) {
            return a;
        }
        return switch (keyword) {
            case "title", "description", "default", "examples", "$comment", "$schema", "$id", "$defs", "definitions" ->
                b;
            case "properties" -> properties(a, b);
            case "required" -> union(a, b);
            case "enum", "type" -> intersection(keyword, a, b);
            case "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties" -> larger(a, b) ? a : b;
            case "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties" -> larger(a, b) ? b : a;
            case "items", "additionalProperties" -> merge(a, b);
            case "uniqueItems" -> JsonNodeFactory.instance.booleanNode(a.asBoolean() || b.asBoolean());
            default ->
                throw new SchemaFiller.Unfillable("the demo cannot join two different keywords \"" + keyword + "\"");
        };
    }

    private static JsonNode properties(JsonNode a, JsonNode b) {
        var all = without(a, "");
        b.properties()
                .forEach(member -> all.set(
                        member.getKey(),
                        all.has(member.getKey())
                                ? merge(all.path(member.getKey()), member.getValue())
                                : member.getValue()));
        return all;
    }

    private static JsonNode union(JsonNode a, JsonNode b) {
        var all = new LinkedHashSet<JsonNode>();
        a.forEach(all::add);
        b.forEach(all::add);
        return JsonNodeFactory.instance.arrayNode().addAll(all);
    }

    /** Every integer is a number too. */
    private static JsonNode intersection(String keyword, JsonNode a, JsonNode b) {
        var some = JsonNodeFactory.instance.arrayNode();
        for (var one : listed(a)) {
            for (var other : listed(b)) {
                if (Json.same(one, other)
                        || (one.asText().equals("integer") && other.asText().equals("number"))) {
                    some.add(one);
                } else if (one.asText().equals("number") && other.asText().equals("integer")) {
                    some.add(other);
                }
            }
        }
        if (some.isEmpty()) {
            throw new SchemaFiller.Unfillable("nothing fits both " + keyword + " " + a + " and " + b);
        }
        return some;
    }

    private static Iterable<JsonNode> listed(JsonNode node) {
        return node.isArray() ? node : JsonNodeFactory.instance.arrayNode().add(node);
    }

    private static boolean larger(JsonNode a, JsonNode b) {
        return (a.isNumber() ? a.decimalValue() : BigDecimal.ZERO).compareTo(b.decimalValue()) > 0;
    }
}
