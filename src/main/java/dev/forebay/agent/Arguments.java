package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Makes arguments out of what a model wrote: read, unpack what is packed wrongly, fit the types, validate. Either the
 * result is valid and says what the text said, or there is none and the model is told why.
 */
final class Arguments {
    private static final int UNPACK_MAX = 3;

    private final Schemas schemas;

    Arguments(Schemas schemas) {
        this.schemas = schemas;
    }

    sealed interface Checked {
        record Valid(ObjectNode arguments) implements Checked {}

        /** @param complaint for the model: what is wrong, where, and what would be right */
        record Invalid(String complaint) implements Checked {}
    }

    Checked check(String text, JsonNode schema) {
        JsonNode read;
        try {
            read = read(text, 0);
        } catch (JsonText.NotJson e) {
            return new Checked.Invalid(
                    "the arguments are not one JSON object: " + e.getMessage() + "; got " + Excerpt.of(text));
        }
        if (!(read instanceof ObjectNode arguments)) {
            return new Checked.Invalid("the arguments must be one JSON object, got " + Excerpt.of(text));
        }
        try {
            return validate(arguments, schema);
        } catch (Schemas.Unusable e) {
            return new Checked.Invalid("the schema of this tool cannot be used (" + e.getMessage() + ")");
        } catch (TooManySteps | StackOverflowError _) {
            return new Checked.Invalid("the arguments could not be checked in reasonable time");
        }
    }

    private Checked validate(ObjectNode arguments, JsonNode schema) throws Schemas.Unusable {
        var whole = ToolSpecs.objectSchema(schema);
        var compiled = schemas.compiled(whole);
        var errors = BoundedValidation.errors(compiled, arguments);
        if (errors.isEmpty()) {
            return new Checked.Valid(arguments);
        }
        if (Coercion.fit(arguments, whole) instanceof ObjectNode fitted
                && !fitted.equals(arguments)
                && BoundedValidation.errors(compiled, fitted).isEmpty()) {
            return new Checked.Valid(fitted);
        }
        return new Checked.Invalid(Complaint.about(errors, whole));
    }

    /** The value that the text means, through fences, quotes and brackets left open. */
    private static JsonNode read(String text, int unpacked) throws JsonText.NotJson {
        if (text.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            var json = JsonText.parse(text);
            return json.isTextual() && unpacked < UNPACK_MAX ? read(json.asText(), unpacked + 1) : json;
        } catch (JsonText.NotJson e) {
            var packed = JsonText.withoutFence(text);
            if (packed.isPresent() && unpacked < UNPACK_MAX) {
                return read(packed.get(), unpacked + 1);
            }
            var closed = JsonText.closed(text);
            if (closed.isPresent()) {
                return JsonText.parse(closed.get());
            }
            throw e;
        }
    }

    /** True if the text is a JSON object as it stands. */
    private static boolean isStrict(String text) {
        try {
            return JsonText.parse(text).isObject();
        } catch (JsonText.NotJson _) {
            return false;
        }
    }

    /**
     * The arguments as they go back into the history. Chat templates of many engines parse them and fail on what is no
     * JSON object, so that a call which could not be read goes back without any; the answer to it quotes what was there.
     */
    static String forHistory(String text) {
        if (isStrict(text)) {
            return Utf8.wellFormed(text);
        }
        try {
            var read = read(text, 0);
            return read.isObject() ? Utf8.wellFormed(read.toString()) : "{}";
        } catch (JsonText.NotJson _) {
            return "{}";
        }
    }
}
