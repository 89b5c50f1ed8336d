package dev.forebay.bundled;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;

/**
 * A member of the objects that a tool takes and gives.
 *
 * @param schema JSON Schema, 2020-12
 * @param lengthMax characters of a text. It stands in the description and not in the schema: engines that compile
 *     schemas to grammars refuse long repetitions.
 */
record Field(String name, ObjectNode schema, boolean required, int lengthMax) {
    private static final int LENGTH_MAX = 256;

    static Field text(String name, String description) {
        return of(name, "string", description);
    }

    static Field whole(String name, String description) {
        return of(name, "integer", description);
    }

    static Field number(String name, String description) {
        return of(name, "number", description);
    }

    static Field flag(String name, String description) {
        return of(name, "boolean", description);
    }

    static Field list(String name, String description, List<Field> members) {
        return of(name, "array", description).with(s -> s.set("items", object(members)));
    }

    static ObjectNode object(List<Field> fields) {
        var schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        fields.forEach(f -> properties.set(f.name(), f.schema()));
        var required = schema.putArray("required");
        fields.stream().filter(Field::required).forEach(f -> required.add(f.name()));
        return schema.put("additionalProperties", false);
    }

    Field optional() {
        return new Field(name, schema, false, lengthMax);
    }

    Field longest(int characters) {
        var text = "%s At most %,d characters.".formatted(description(), characters);
        return new Field(name, schema.deepCopy().put("description", text), required, characters);
    }

    Field between(long min, long max) {
        return with(s -> s.put("minimum", min).put("maximum", max));
    }

    Field oneOf(String... words) {
        return with(s -> List.of(words).forEach(s.withArray("enum")::add));
    }

    Field orElse(String value) {
        return with(s -> s.put("default", value)).optional();
    }

    Field orElse(long value) {
        return with(s -> s.put("default", value)).optional();
    }

    Field orElse(boolean value) {
        return with(s -> s.put("default", value)).optional();
    }

    String type() {
        return schema.path("type").asText();
    }

    String description() {
        return schema.path("description").asText();
    }

    private Field with(Consumer<ObjectNode> change) {
        var changed = schema.deepCopy();
        change.accept(changed);
        return new Field(name, changed, required, lengthMax);
    }

    private static Field of(String name, String type, String description) {
        var schema = JsonNodeFactory.instance.objectNode().put("type", type).put("description", description);
        return new Field(name, schema, true, LENGTH_MAX);
    }
}
