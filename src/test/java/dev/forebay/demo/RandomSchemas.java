package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.random.RandomGenerator;

/** Schemas that some value fits, drawn at random: all types, bounds, lists, objects, branches and references. */
final class RandomSchemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final RandomGenerator random;

    RandomSchemas(RandomGenerator random) {
        this.random = random;
    }

    JsonNode next() {
        var root = schema(0);
        var defs = root.putObject("$defs");
        defs.set("leaf", scalar());
        defs.set("node", node());
        return root;
    }

    private ObjectNode schema(int depth) {
        return switch (depth > 4 ? random.nextInt(3) : random.nextInt(9)) {
            case 0, 1, 2 -> scalar();
            case 3, 4 -> object(depth);
            case 5 -> array(depth);
            case 6 -> JSON.objectNode().put("$ref", random.nextBoolean() ? "#/$defs/leaf" : "#/$defs/node");
            case 7 -> branches(depth);
            default -> all();
        };
    }

    private ObjectNode scalar() {
        return switch (random.nextInt(8)) {
            case 0 -> number("integer", 1);
            case 1 -> number("number", 0.5);
            case 2 -> JSON.objectNode().put("type", "boolean");
            case 3 -> text();
            case 4 -> {
                var schema = JSON.objectNode();
                schema.putArray("enum").add("red").add(3).addNull();
                yield schema;
            }
            case 5 -> JSON.objectNode().put("const", random.nextInt());
            case 6 -> {
                var schema = JSON.objectNode();
                schema.putArray("type").add("null").add("string");
                yield schema;
            }
            default ->
                JSON.objectNode()
                        .put("type", "string")
                        .put("format", new String[] {"date", "uuid", "email", "uri"}[random.nextInt(4)]);
        };
    }

    private ObjectNode number(String type, double unit) {
        var schema = JSON.objectNode().put("type", type);
        var low = random.nextInt(-50, 50);
        if (random.nextBoolean()) {
            schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", low);
        }
        if (random.nextBoolean()) {
            schema.put(random.nextBoolean() ? "maximum" : "exclusiveMaximum", low + 12);
        }
        if (random.nextInt(3) == 0) {
            schema.put("multipleOf", unit * random.nextInt(1, 5));
        }
        return schema;
    }

    private ObjectNode text() {
        var schema = JSON.objectNode().put("type", "string");
        var min = random.nextInt(30);
        if (random.nextBoolean()) {
            schema.put("minLength", min);
        }
        return random.nextBoolean() ? schema.put("maxLength", min + random.nextInt(10)) : schema;
    }

    private ObjectNode object(int depth) {
        var schema = JSON.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        var required = JSON.arrayNode();
        for (var i = random.nextInt(5); i > 0; i--) {
            properties.set("member" + i, schema(depth + 1));
            if (random.nextBoolean()) {
                required.add("member" + i);
            }
        }
        schema.set("required", required);
        return random.nextBoolean() ? schema.put("additionalProperties", false) : schema.put("minProperties", 2);
    }

    private ObjectNode array(int depth) {
        var schema = JSON.objectNode().put("type", "array");
        if (random.nextInt(3) == 0) {
            schema.putObject("items").put("type", "integer").put("minimum", 3);
            return schema.put("uniqueItems", true).put("minItems", random.nextInt(5));
        }
        schema.set("items", schema(depth + 1));
        var min = random.nextInt(4);
        schema.put("minItems", min);
        return random.nextBoolean() ? schema.put("maxItems", min + random.nextInt(3)) : schema;
    }

    /** The branches of oneOf differ in type, so that no value fits two. */
    private ObjectNode branches(int depth) {
        var schema = JSON.objectNode();
        if (random.nextBoolean()) {
            schema.putArray("oneOf").add(object(depth + 1)).add(text()).add(number("integer", 1));
        } else {
            schema.putArray("anyOf").add(schema(depth + 1)).add(schema(depth + 1));
        }
        return schema;
    }

    private ObjectNode all() {
        var schema = JSON.objectNode();
        var parts = schema.putArray("allOf");
        for (var i = random.nextInt(1, 4); i > 0; i--) {
            var part = parts.addObject().put("type", "object");
            part.putObject("properties").set("part" + i, scalar());
            part.putArray("required").add("part" + i);
        }
        return schema;
    }

    private ObjectNode node() {
        var schema = JSON.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        properties
                .putObject("next")
                .putArray("anyOf")
                .add(JSON.objectNode().put("$ref", "#/$defs/node"))
                .add(JSON.objectNode().put("type", "null"));
        properties.putObject("children").put("type", "array").putObject("items").put("$ref", "#/$defs/node");
        schema.putArray("required").add("next").add("children");
        return schema;
    }
}
