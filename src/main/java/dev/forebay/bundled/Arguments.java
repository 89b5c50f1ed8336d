package dev.forebay.bundled;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The arguments of one call, checked against the tool's fields, with defaults filled in. */
final class Arguments {
    private final Map<String, JsonNode> values;

    private Arguments(Map<String, JsonNode> values) {
        this.values = values;
    }

    /** An optional argument that is null counts as absent, because models often fill in all of them. */
    static Arguments of(Tool tool, JsonNode given) throws ToolError {
        refuseUnknown(tool, given);
        var values = new HashMap<String, JsonNode>();
        for (var field : tool.takes()) {
            var value = given.path(field.name());
            if (value.isNull() || value.isMissingNode()) {
                value = field.schema().path("default");
            }
            if (!value.isMissingNode()) {
                check(field, value);
                values.put(field.name(), value);
            } else if (field.required()) {
                throw new ToolError("\"%s\" is missing. %s".formatted(field.name(), field.description()));
            }
        }
        return new Arguments(values);
    }

    String text(String name) {
        return value(name).asText();
    }

    Optional<String> optionalText(String name) {
        return Optional.ofNullable(values.get(name)).map(JsonNode::asText).filter(t -> !t.isBlank());
    }

    int whole(String name) {
        return value(name).asInt();
    }

    BigDecimal number(String name) {
        return value(name).decimalValue();
    }

    boolean flag(String name) {
        return value(name).asBoolean();
    }

    private JsonNode value(String name) {
        return values.getOrDefault(name, MissingNode.getInstance());
    }

    private static void refuseUnknown(Tool tool, JsonNode given) throws ToolError {
        for (var member : given.properties()) {
            var name = member.getKey();
            if (tool.takes().stream().noneMatch(f -> f.name().equals(name))) {
                var known = tool.takes().stream().map(Field::name).collect(Collectors.joining(", "));
                throw new ToolError("%s has no argument \"%s\"; it takes %s."
                        .formatted(tool.name(), shown(name), known.isEmpty() ? "none" : known));
            }
        }
    }

    private static void check(Field field, JsonNode value) throws ToolError {
        var fits = switch (field.type()) {
            case "string" -> value.isTextual() && isAmong(field.schema().path("enum"), value);
            case "integer" -> value.isIntegralNumber() && isWithin(field, value);
            case "number" -> value.isNumber();
            default -> value.isBoolean();
        };
        if (!fits) {
            throw new ToolError("\"%s\" must be %s, got %s. %s"
                    .formatted(field.name(), need(field), shown(value.toString()), field.description()));
        }
        var length = value.isTextual() ? value.textValue().length() : 0;
        if (length > field.lengthMax()) {
            throw new ToolError("\"%s\" is %,d characters long, at most %,d are taken; shorten it or split it."
                    .formatted(field.name(), length, field.lengthMax()));
        }
    }

    private static boolean isAmong(JsonNode words, JsonNode value) {
        return words.isMissingNode()
                || StreamSupport.stream(words.spliterator(), false).anyMatch(value::equals);
    }

    private static boolean isWithin(Field field, JsonNode value) {
        return value.canConvertToLong()
                && value.longValue() >= field.schema().path("minimum").asLong(Integer.MIN_VALUE)
                && value.longValue() <= field.schema().path("maximum").asLong(Integer.MAX_VALUE);
    }

    private static String need(Field field) {
        return switch (field.type()) {
            case "string" ->
                field.schema().has("enum") ? "one of " + field.schema().path("enum") : "a text";
            case "integer" ->
                field.schema().has("minimum")
                        ? "a whole number from %d to %d"
                                .formatted(
                                        field.schema().path("minimum").asLong(),
                                        field.schema().path("maximum").asLong())
                        : "a whole number";
            case "number" -> "a number";
            default -> "true or false";
        };
    }

    private static String shown(String value) {
        return value.length() <= 60 ? value : value.substring(0, 60) + "…";
    }
}
