package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Whether a single value (no object, no array) is what a schema without combiners allows. */
final class Fits {
    private Fits() {}

    static boolean fits(JsonNode schema, JsonNode value) {
        if (!value.isValueNode() || !hasType(schema, value)) {
            return false;
        }
        if (schema.has("const") && !Json.same(schema.path("const"), value)) {
            return false;
        }
        if (schema.has("enum") && schema.path("enum").valueStream().noneMatch(one -> Json.same(one, value))) {
            return false;
        }
        return value.isNumber()
                ? inBounds(schema, value.decimalValue())
                : !value.isTextual() || isText(schema, value.asText());
    }

    /** The types that the schema names, or the one that its other keywords speak of. */
    static List<String> types(JsonNode schema) {
        var type = schema.path("type");
        if (type.isTextual()) {
            return List.of(type.asText());
        }
        if (type.isArray()) {
            var types = new ArrayList<String>();
            type.forEach(one -> types.add(one.asText()));
            return types;
        }
        if (hasAny(schema, "properties", "required", "additionalProperties", "minProperties")) {
            return List.of("object");
        }
        if (hasAny(schema, "items", "prefixItems", "minItems", "uniqueItems")) {
            return List.of("array");
        }
        return hasAny(schema, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
                ? List.of("number")
                : List.of("string");
    }

    static boolean hasType(JsonNode schema, JsonNode value) {
        return !schema.has("type")
                || types(schema).stream().anyMatch(type -> switch (type) {
                    case "string" -> value.isTextual();
                    case "integer" ->
                        value.isNumber()
                                && value.decimalValue().stripTrailingZeros().scale() <= 0;
                    case "number" -> value.isNumber();
                    case "boolean" -> value.isBoolean();
                    case "null" -> value.isNull();
                    case "object" -> value.isObject();
                    case "array" -> value.isArray();
                    default -> false;
                });
    }

    static boolean inBounds(JsonNode schema, BigDecimal value) {
        var step = bound(schema, "multipleOf").filter(multiple -> multiple.signum() > 0);
        return bound(schema, "minimum").filter(min -> value.compareTo(min) < 0).isEmpty()
                && bound(schema, "maximum")
                        .filter(max -> value.compareTo(max) > 0)
                        .isEmpty()
                && lower(schema).filter(min -> value.compareTo(min) <= 0).isEmpty()
                && upper(schema).filter(max -> value.compareTo(max) >= 0).isEmpty()
                && step.filter(multiple -> value.remainder(multiple).signum() != 0)
                        .isEmpty();
    }

    /** Draft 4 has a boolean beside {@code minimum}. */
    static Optional<BigDecimal> lower(JsonNode schema) {
        return schema.path("exclusiveMinimum").asBoolean(false)
                        && schema.path("exclusiveMinimum").isBoolean()
                ? bound(schema, "minimum")
                : bound(schema, "exclusiveMinimum");
    }

    static Optional<BigDecimal> upper(JsonNode schema) {
        return schema.path("exclusiveMaximum").isBoolean()
                        && schema.path("exclusiveMaximum").asBoolean()
                ? bound(schema, "maximum")
                : bound(schema, "exclusiveMaximum");
    }

    static Optional<BigDecimal> bound(JsonNode schema, String keyword) {
        return schema.path(keyword).isNumber()
                ? Optional.of(schema.path(keyword).decimalValue())
                : Optional.empty();
    }

    static boolean isText(JsonNode schema, String text) {
        var length = text.codePointCount(0, text.length());
        return length >= schema.path("minLength").asInt(0)
                && length <= schema.path("maxLength").asInt(Integer.MAX_VALUE)
                && matches(schema, text)
                && (!schema.has("format")
                        || Samples.hasFormat(schema.path("format").asText(), text));
    }

    /** @throws SchemaFiller.Unfillable if the pattern is none */
    private static boolean matches(JsonNode schema, String text) {
        if (!schema.has("pattern")) {
            return true;
        }
        try {
            return Pattern.compile(schema.path("pattern").asText())
                    .matcher(new Watched(text))
                    .find();
        } catch (PatternSyntaxException e) {
            throw new SchemaFiller.Unfillable("the demo cannot read the pattern " + schema.path("pattern"));
        }
    }

    /** A text that ends the search of an expression that would go on without an end. */
    private static final class Watched implements CharSequence {
        private static final int LOOKS_MAX = 500_000;

        private final String text;
        private int looks;

        Watched(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++looks > LOOKS_MAX) {
                throw new SchemaFiller.Unfillable("a pattern takes too long to check");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static boolean hasAny(JsonNode schema, String... keywords) {
        return List.of(keywords).stream().anyMatch(schema::has);
    }
}
