package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a value that is valid for a JSON Schema. Of {@code anyOf} and {@code oneOf} it takes the first branch that can
 * be filled; recursion ends as soon as the schema allows. Keywords that it does not understand and that could make the
 * value invalid are refused.
 */
final class SchemaFiller {
    /** Proposes values, from a message for instance. What does not fit the schema is not used. */
    @FunctionalInterface
    interface Hints {
        Hints NONE = (_, _) -> Optional.empty();

        Optional<JsonNode> suggest(String property, JsonNode schema);
    }

    /** No value could be made; the message says why. */
    static final class Unfillable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unfillable(String message) {
            super(message);
        }
    }

    private static final Set<String> REFUSED = Set.of(
            "not",
            "if",
            "contains",
            "patternProperties",
            "dependentRequired",
            "dependentSchemas",
            "dependencies",
            "$dynamicRef",
            "$recursiveRef");
    private static final int DEPTH_MAX = 32;
    private static final int OPTIONAL_DEPTH_MAX = 5;
    private static final int NODES_MAX = 20_000;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final JsonNode root;
    private final Hints hints;
    private final References references;
    private int nodes;

    SchemaFiller(JsonNode root, Hints hints) {
        this.root = root;
        this.hints = hints;
        this.references = new References(root);
    }

    /** @throws Unfillable if the schema allows nothing that this class can make */
    JsonNode fill() {
        return fill(root, "answer", 0, 0);
    }

    /** @param variant tells items apart that must differ */
    private JsonNode fill(JsonNode schema, String property, int depth, int variant) {
        if (++nodes > NODES_MAX || depth > DEPTH_MAX) {
            throw new Unfillable(
                    "the schema asks for too much: more than " + DEPTH_MAX + " levels or " + NODES_MAX + " values");
        }
        if (schema.isBoolean() || schema.isEmpty()) {
            if (schema.isBoolean() && !schema.asBoolean()) {
                throw new Unfillable("the schema \"false\" allows no value");
            }
            return hints.suggest(property, schema).orElse(JSON.textNode("demo " + property));
        }
        REFUSED.stream().filter(schema::has).findFirst().ifPresent(keyword -> {
            throw new Unfillable("the demo does not understand the keyword \"" + keyword + "\"");
        });
        if (schema.has("$ref")) {
            return reference(schema, property, depth, variant);
        }
        for (var combiner : List.of("anyOf", "oneOf")) {
            if (schema.has(combiner)) {
                return branch(schema, combiner, property, depth, variant);
            }
        }
        if (schema.has("allOf")) {
            JsonNode whole = SchemaMerge.without(schema, "allOf");
            for (var part : schema.path("allOf")) {
                whole = SchemaMerge.merge(whole, references.resolved(part));
            }
            return fill(whole, property, depth + 1, variant);
        }
        return value(schema, property, depth, variant);
    }

    private JsonNode reference(JsonNode schema, String property, int depth, int variant) {
        var pointer = schema.path("$ref").asText();
        references.enter(pointer);
        try {
            return fill(references.followed(schema), property, depth + 1, variant);
        } finally {
            references.leave();
        }
    }

    private JsonNode branch(JsonNode schema, String combiner, String property, int depth, int variant) {
        var rest = SchemaMerge.without(schema, combiner);
        Optional<Unfillable> last = Optional.empty();
        for (var branch : schema.path(combiner)) {
            try {
                return fill(SchemaMerge.merge(rest, branch), property, depth + 1, variant);
            } catch (Unfillable e) {
                last = Optional.of(e);
            }
        }
        throw last.orElseGet(() -> new Unfillable(combiner + " has no branch"));
    }

    private JsonNode value(JsonNode schema, String property, int depth, int variant) {
        var suggested = hints.suggest(property, schema).filter(value -> Fits.fits(schema, value));
        if (suggested.isPresent() && variant == 0) {
            return suggested.get();
        }
        if (schema.has("const")) {
            if (!Fits.hasType(schema, schema.path("const"))) {
                throw new Unfillable("the constant of \"" + property + "\" is of another type");
            }
            return schema.path("const");
        }
        if (schema.has("enum")) {
            var allowed = schema.path("enum")
                    .valueStream()
                    .filter(value -> Fits.hasType(schema, value))
                    .toList();
            if (variant >= allowed.size()) {
                throw new Unfillable("the enum of \"" + property + "\" has too few values");
            }
            return allowed.get(variant);
        }
        var types = Fits.types(schema);
        Optional<Unfillable> last = Optional.empty();
        for (var type : types) {
            try {
                return ofType(type, schema, property, depth, variant);
            } catch (Unfillable e) {
                last = Optional.of(e);
            }
        }
        throw last.orElseGet(() -> new Unfillable("\"" + property + "\" has no type"));
    }

    private JsonNode ofType(String type, JsonNode schema, String property, int depth, int variant) {
        return switch (type) {
            case "object" -> object(schema, property, depth);
            case "array" -> array(schema, property, depth);
            case "null" -> JSON.nullNode();
            case "boolean" -> JSON.booleanNode(variant % 2 == 0);
            case "integer", "number" ->
                checked(schema, Samples.number(schema, type.equals("integer"), variant), property);
            case "string" ->
                JSON.textNode(Samples.string(schema, property, variant)
                        .orElseThrow(
                                () -> new Unfillable("the demo finds no text for \"" + property + "\": " + schema)));
            default -> throw new Unfillable("unknown type \"" + type + "\"");
        };
    }

    private ArrayNode array(JsonNode schema, String property, int depth) {
        var items = Items.of(schema, property);
        var array = JSON.arrayNode();
        for (var i = 0; i < items.wanted(); i++) {
            try {
                var value = fill(items.at(i), property, depth + 1, items.unique() ? i : 0);
                if (items.unique() && array.valueStream().anyMatch(other -> Json.same(other, value))) {
                    throw new Unfillable("the items of \"" + property + "\" cannot all differ");
                }
                array.add(value);
            } catch (Unfillable e) {
                if (array.size() >= items.min()) {
                    break;
                }
                throw e;
            }
        }
        return array;
    }

    private ObjectNode object(JsonNode schema, String property, int depth) {
        var object = JSON.objectNode();
        var required = new ArrayList<String>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        var additional = schema.path("additionalProperties");
        for (var name : required) {
            var declared = schema.path("properties").path(name);
            if (declared.isMissingNode() && additional.isBoolean() && !additional.asBoolean()) {
                throw new Unfillable("\"" + name + "\" is required and not allowed");
            }
            object.set(name, fill(declared.isMissingNode() ? additional(additional) : declared, name, depth + 1, 0));
        }
        var max = schema.path("maxProperties").asInt(Integer.MAX_VALUE);
        for (var optional : schema.path("properties").properties()) {
            if (depth < OPTIONAL_DEPTH_MAX && object.size() < max && !object.has(optional.getKey())) {
                try {
                    object.set(optional.getKey(), fill(optional.getValue(), optional.getKey(), depth + 1, 0));
                } catch (Unfillable _) {
                    // An optional member that cannot be made is left out.
                }
            }
        }
        return complete(object, schema, property, depth);
    }

    /** Adds members of its own making if there are fewer than {@code minProperties}. */
    private ObjectNode complete(ObjectNode object, JsonNode schema, String property, int depth) {
        var min = Math.min(schema.path("minProperties").asInt(0), Items.MAX);
        if (object.size() < min && schema.has("propertyNames")) {
            throw new Unfillable("the demo does not make up members for \"propertyNames\"");
        }
        for (var i = 1; object.size() < min; i++) {
            var name = "demo" + i;
            if (!object.has(name)) {
                object.set(name, fill(additional(schema.path("additionalProperties")), name, depth + 1, 0));
            }
        }
        if (object.size() > schema.path("maxProperties").asInt(Integer.MAX_VALUE)) {
            throw new Unfillable("\"" + property + "\" requires more members than it allows");
        }
        return object;
    }

    private static JsonNode additional(JsonNode additional) {
        return additional.isMissingNode() ? JSON.objectNode() : additional;
    }

    private static JsonNode checked(JsonNode schema, JsonNode value, String property) {
        if (!Fits.fits(schema, value)) {
            throw new Unfillable(
                    "the demo finds no value for \"" + property + "\": " + Answers.shortened(schema.toString(), 200));
        }
        return value;
    }
}
