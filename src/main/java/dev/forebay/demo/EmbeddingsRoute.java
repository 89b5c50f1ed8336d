package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** {@code POST /v1/embeddings}. */
final class EmbeddingsRoute {
    private record Input(List<String> words, int tokens) {}

    private static final int INPUTS_MAX = 2_048;
    private static final int DIMENSIONS = 256;
    private static final int NUMBERS_MAX = 2_048 * 1_024;
    private static final int DIMENSIONS_MAX = 4_096;

    /** @throws Refusal if the request is wrong */
    Answer answer(ObjectNode body) {
        var params = new Params(body);
        var dimensions = params.integer("dimensions", 1, DIMENSIONS_MAX).orElse(DIMENSIONS);
        var base64 = switch (params.text("encoding_format").orElse("float")) {
            case "float" -> false;
            case "base64" -> true;
            default ->
                throw Params.bad(
                        "encoding_format", "need float or base64, got " + Params.brief(body.path("encoding_format")));
        };
        var inputs = inputs(body.path("input"));
        if ((long) inputs.size() * dimensions > NUMBERS_MAX) {
            throw Params.bad(
                    "dimensions",
                    "need at most " + NUMBERS_MAX + " numbers in all, got " + inputs.size() + " inputs of "
                            + dimensions);
        }
        var json = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = json.putArray("data");
        for (var index = 0; index < inputs.size(); index++) {
            var vector = HashedWords.vector(inputs.get(index).words(), dimensions);
            var item = data.addObject().put("object", "embedding").put("index", index);
            item.set("embedding", base64 ? JsonNodeFactory.instance.textNode(encoded(vector)) : numbers(vector));
        }
        var tokens = inputs.stream().mapToInt(Input::tokens).sum();
        json.put("model", params.model());
        json.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return new Answer.Whole(json);
    }

    /** A text, texts, the numbers of one text's tokens, or lists of such. */
    private static List<Input> inputs(JsonNode input) {
        if (input.isArray() && !input.isEmpty() && !input.valueStream().allMatch(JsonNode::isIntegralNumber)) {
            if (input.size() > INPUTS_MAX) {
                throw Params.bad("input", "need at most " + INPUTS_MAX + " inputs, got " + input.size());
            }
            return input.valueStream().map(EmbeddingsRoute::input).toList();
        }
        return List.of(input(input));
    }

    private static Input input(JsonNode one) {
        if (one.isTextual() && !one.asText().isEmpty()) {
            var stems = new ArrayList<String>();
            Words.all(one.asText()).forEach(word -> stems.add(Words.stem(word)));
            return new Input(stems.isEmpty() ? List.of(one.asText()) : stems, Tokens.count(one.asText()));
        }
        if (one.isArray() && !one.isEmpty() && one.valueStream().allMatch(JsonNode::isIntegralNumber)) {
            return new Input(
                    one.valueStream().map(token -> "#" + token.asText()).toList(), one.size());
        }
        throw Params.bad("input", "need texts or lists of tokens, none of them empty, got " + Params.brief(one));
    }

    private static JsonNode numbers(float[] vector) {
        var numbers = JsonNodeFactory.instance.arrayNode(vector.length);
        for (var number : vector) {
            numbers.add(number);
        }
        return numbers;
    }

    private static String encoded(float[] vector) {
        var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
