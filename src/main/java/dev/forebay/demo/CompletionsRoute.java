package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Usage;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/completions}: the prompt is taken as what a user says. */
final class CompletionsRoute {
    /** @param text empty where the prompt came as tokens, which mean nothing to the rules */
    private record Prompt(String text, int tokens) {}

    private static final int PROMPTS_MAX = 128;
    private static final int CHOICES_MAX = 16;
    private static final String OBJECT = "text_completion";

    private final InstantSource clock;
    private final Supplier<String> ids;

    CompletionsRoute(InstantSource clock, Supplier<String> ids) {
        this.clock = clock;
        this.ids = ids;
    }

    /** @throws Refusal if the request is wrong */
    Answer answer(ObjectNode body) {
        var params = new Params(body);
        var stream = params.flag("stream", false);
        var includeUsage = params.includeUsage(stream);
        params.checkNumber("temperature", 0, 2);
        params.checkNumber("top_p", 0, 1);
        var echo = params.flag("echo", false);
        var max = params.integer("max_tokens", 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
        var n = params.integer("n", 1, CHOICES_MAX).orElse(1);
        var prompts = prompts(body.path("prompt"));
        var outputs = new ArrayList<Output>();
        for (var prompt : prompts) {
            var said = SmallTalk.answer(new Conversation(prompt.text(), 0, List.of()), List.of());
            var output = Output.of(Reply.text(said), max, params.stops(), ids);
            for (var i = 0; i < n; i++) {
                outputs.add(echo ? echoed(prompt, output) : output);
            }
        }
        var usage = new Usage(
                prompts.stream().mapToLong(Prompt::tokens).sum(),
                outputs.stream().mapToLong(Output::tokens).sum(),
                0,
                0);
        var stamp = new Stamp("cmpl-" + ids.get(), clock.instant().getEpochSecond(), params.model());
        return stream
                ? new Answer.Stream(chunks(stamp, outputs, usage, includeUsage))
                : new Answer.Whole(whole(stamp, outputs, usage));
    }

    private static Output echoed(Prompt prompt, Output output) {
        var pieces = new ArrayList<Piece>();
        pieces.add(new Piece.Text(prompt.text()));
        pieces.addAll(output.pieces());
        return new Output(pieces, output.finishReason());
    }

    /** A text, texts, the numbers of one text's tokens, or lists of such. */
    private static List<Prompt> prompts(JsonNode prompt) {
        if (prompt.isTextual()) {
            return List.of(new Prompt(prompt.asText(), Tokens.count(prompt.asText())));
        }
        if (!prompt.isArray() || prompt.isEmpty()) {
            throw Params.bad("prompt", "need a text or a list, got " + Params.brief(prompt));
        }
        if (prompt.valueStream().allMatch(JsonNode::isIntegralNumber)) {
            return List.of(new Prompt("", prompt.size()));
        }
        if (prompt.size() > PROMPTS_MAX) {
            throw Params.bad("prompt", "need at most " + PROMPTS_MAX + " prompts, got " + prompt.size());
        }
        return prompt.valueStream()
                .map(one ->
                        one.isTextual() || (one.isArray() && one.valueStream().allMatch(JsonNode::isIntegralNumber))
                                ? new Prompt(one.asText(), one.isArray() ? one.size() : Tokens.count(one.asText()))
                                : bad(one))
                .toList();
    }

    private static Prompt bad(JsonNode one) {
        throw Params.bad("prompt", "need texts or lists of tokens, got " + Params.brief(one));
    }

    private static ObjectNode whole(Stamp stamp, List<Output> outputs, Usage usage) {
        var json = stamp.json(OBJECT);
        var choices = json.putArray("choices");
        for (var index = 0; index < outputs.size(); index++) {
            var text = outputs.get(index).pieces().stream()
                    .map(CompletionsRoute::text)
                    .collect(Collectors.joining());
            choices.add(choice(index, text, outputs.get(index).finishReason()));
        }
        json.set("usage", usage.toJson());
        return json;
    }

    private static Iterator<ObjectNode> chunks(Stamp stamp, List<Output> outputs, Usage usage, boolean includeUsage) {
        var steps = new ArrayList<Supplier<ObjectNode>>();
        for (var index = 0; index < outputs.size(); index++) {
            var choice = index;
            for (var piece : outputs.get(index).pieces()) {
                steps.add(() -> chunk(stamp, choice(choice, text(piece), null)));
            }
            steps.add(() -> chunk(stamp, choice(choice, "", outputs.get(choice).finishReason())));
        }
        if (includeUsage) {
            steps.add(() -> {
                var json = stamp.json(OBJECT);
                json.putArray("choices");
                return json.set("usage", usage.toJson());
            });
        }
        return steps.stream()
                .map(Supplier::get)
                .map(json -> includeUsage && !json.has("usage")
                        ? json.<ObjectNode>set("usage", JsonNodeFactory.instance.nullNode())
                        : json)
                .iterator();
    }

    private static ObjectNode chunk(Stamp stamp, ObjectNode choice) {
        var json = stamp.json(OBJECT);
        json.putArray("choices").add(choice);
        return json;
    }

    private static ObjectNode choice(int index, String text, @Nullable String finishReason) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("index", index)
                .put("text", text)
                .putNull("logprobs")
                .put("finish_reason", finishReason);
    }

    /** Completions have no tools and no reasoning. */
    private static String text(Piece piece) {
        return piece instanceof Piece.Text part ? part.text() : "";
    }
}
