package dev.forebay.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Sink;
import dev.forebay.chat.Usage;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the chunks of one streamed turn: emits what is new in each and puts the whole together. */
final class AnswerInParts {
    /** Of all chunks together. */
    private static final long BYTES_MAX = 64L * 1024 * 1024;

    private static final List<String> REASONING = List.of("reasoning_content", "reasoning");
    private static final Set<String> TOP_KNOWN = Set.of("id", "object", "created", "model", "choices", "usage");
    private static final Set<String> CHOICE_KNOWN = Set.of("index", "delta", "finish_reason", "usage");
    private static final Set<String> DELTA_KNOWN =
            Set.of("role", "content", "reasoning_content", "reasoning", "tool_calls", "function_call");

    private final Sink sink;
    private final CallsInParts calls;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final WholeCharacters textPieces = new WholeCharacters();
    private final WholeCharacters reasoningPieces = new WholeCharacters();
    private final ObjectNode others = object();
    private final ObjectNode choice = object();
    private final ObjectNode extras = object();
    private boolean hasText;
    private @Nullable String reasoningMember;
    private @Nullable String finishReason;
    private long bytes;

    AnswerInParts(Sink sink, Supplier<String> ids) {
        this.sink = sink;
        this.calls = new CallsInParts(sink, ids);
    }

    /** @param size of the chunk as it came */
    void add(JsonNode chunk, int size) throws InterruptedException {
        bytes += size;
        if (bytes > BYTES_MAX) {
            throw new ModelFailure.Broken("the model server's answer is larger than " + BYTES_MAX + " bytes", null);
        }
        for (var member : chunk.properties()) {
            if (!TOP_KNOWN.contains(member.getKey())) {
                Parts.replace(extras, member.getKey(), member.getValue());
            }
        }
        for (var one : chunk.path("choices")) {
            // The loop never asks for more than one; an engine that sends more is heard for the first.
            if (one.path("index").asInt(0) == 0) {
                addChoice(one);
            }
        }
    }

    Completion completion(Usage usage) throws InterruptedException {
        if (reasoningMember != null) {
            emitReasoning(reasoningPieces.rest(), reasoningMember);
        }
        emitText(textPieces.rest(), null);
        calls.end();
        var message = object().put("role", "assistant");
        message.put("content", hasText ? text.toString() : null);
        if (reasoningMember != null) {
            message.put(reasoningMember, reasoning.toString());
        }
        message.setAll(others);
        if (hasText && message.path("content") instanceof ArrayNode list) {
            // Mistral's thoughts come as lists, and its words after them as plain text.
            list.addObject().put("type", "text").put("text", text.toString());
        }
        return new Completion(message, calls.all(), finish(), usage, choice, extras);
    }

    private void addChoice(JsonNode one) throws InterruptedException {
        var delta = one.path("delta");
        for (var member : REASONING) {
            addReasoning(delta.path(member), member);
        }
        addText(delta.path("content"), addRest(one));
        addOthers(delta);
        for (var call : delta.path("tool_calls")) {
            calls.add(call);
        }
        if (delta.path("function_call").isObject()) {
            calls.addLegacy(delta.path("function_call"));
        }
        if (one.path("finish_reason").isTextual()) {
            finishReason = one.path("finish_reason").asText();
        }
    }

    private void addReasoning(JsonNode piece, String member) throws InterruptedException {
        if (!piece.isTextual() || piece.asText().isEmpty()) {
            return;
        }
        // Some engines send the same piece under both names while they change from one to the other.
        if (reasoningMember == null) {
            reasoningMember = member;
        }
        if (reasoningMember.equals(member)) {
            emitReasoning(reasoningPieces.next(piece.asText()), member);
        }
    }

    private void emitReasoning(String words, String member) throws InterruptedException {
        if (!words.isEmpty()) {
            reasoning.append(words);
            sink.emit(new Event.Reasoning(words, member));
        }
    }

    private void addText(JsonNode piece, @Nullable ObjectNode rest) throws InterruptedException {
        emitText(textPieces.next(piece.isTextual() ? piece.asText() : ""), rest);
    }

    private void emitText(String words, @Nullable ObjectNode rest) throws InterruptedException {
        hasText |= !words.isEmpty();
        text.append(words);
        if (!words.isEmpty() || rest != null) {
            sink.emit(new Event.Text(words, rest));
        }
    }

    /** Members of the choice that Forebay does not act on, or null if there are none. */
    private @Nullable ObjectNode addRest(JsonNode one) {
        ObjectNode rest = null;
        for (var member : one.properties()) {
            if (!CHOICE_KNOWN.contains(member.getKey()) && !member.getValue().isNull()) {
                rest = rest == null ? object() : rest;
                rest.set(member.getKey(), member.getValue());
                Parts.replace(choice, member.getKey(), member.getValue());
            }
        }
        return rest;
    }

    private void addOthers(JsonNode delta) throws InterruptedException {
        ObjectNode unknown = null;
        for (var member : delta.properties()) {
            var isKnown = DELTA_KNOWN.contains(member.getKey())
                    && !(member.getKey().equals("content") && member.getValue().isArray());
            if (!isKnown && !member.getValue().isNull()) {
                unknown = unknown == null ? object() : unknown;
                unknown.set(member.getKey(), member.getValue());
                Parts.append(others, member.getKey(), member.getValue());
            }
        }
        if (unknown != null) {
            sink.emit(new Event.Other(unknown));
        }
    }

    /** What the engine said, where it does not contradict what it did. */
    private String finish() {
        var said = finishReason == null || finishReason.isEmpty() ? "stop" : finishReason;
        if (!calls.isEmpty()) {
            return said.equals("stop") || said.equals("function_call") ? "tool_calls" : said;
        }
        return said.equals("tool_calls") || said.equals("function_call") ? "stop" : said;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
