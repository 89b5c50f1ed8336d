package dev.forebay.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Usage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An answer of the chat endpoint, as one object or as chunks. Both are made from the same pieces. */
record ChatAnswer(Stamp stamp, List<Output> outputs, Usage usage) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    ChatAnswer {
        outputs = List.copyOf(outputs);
    }

    ObjectNode whole() {
        var json = stamp.json("chat.completion");
        var choices = json.putArray("choices");
        for (var index = 0; index < outputs.size(); index++) {
            var choice = choices.addObject().put("index", index);
            choice.set("message", message(outputs.get(index)));
            choice.putNull("logprobs").put("finish_reason", outputs.get(index).finishReason());
        }
        json.set("usage", usage.toJson());
        return json;
    }

    /** Choices take turns, the first one first, since clients take their places from the first chunks. */
    Iterator<ObjectNode> chunks(boolean includeUsage) {
        var steps = new ArrayList<Supplier<ObjectNode>>();
        for (var index = 0; index < outputs.size(); index++) {
            var choice = index;
            steps.add(() -> chunk(choice, first(outputs.get(choice)), null));
        }
        var longest = outputs.stream().mapToInt(Output::tokens).max().orElse(0);
        for (var at = 0; at < longest; at++) {
            for (var index = 0; index < outputs.size(); index++) {
                if (at < outputs.get(index).tokens()) {
                    var piece = outputs.get(index).pieces().get(at);
                    var choice = index;
                    steps.add(() -> chunk(choice, delta(piece), null));
                }
            }
        }
        for (var index = 0; index < outputs.size(); index++) {
            var choice = index;
            steps.add(() -> chunk(choice, JSON.objectNode(), outputs.get(choice).finishReason()));
        }
        if (!includeUsage) {
            return steps.stream().map(Supplier::get).iterator();
        }
        steps.add(this::usageChunk);
        return steps.stream()
                .map(Supplier::get)
                .map(chunk -> chunk.has("usage") ? chunk : chunk.<ObjectNode>set("usage", JSON.nullNode()))
                .iterator();
    }

    private static ObjectNode message(Output output) {
        var reasoning = new StringBuilder();
        var text = new StringBuilder();
        var calls = JSON.arrayNode();
        var arguments = new ArrayList<StringBuilder>();
        for (var piece : output.pieces()) {
            switch (piece) {
                case Piece.Reasoning part -> reasoning.append(part.text());
                case Piece.Text part -> text.append(part.text());
                case Piece.CallStart start -> {
                    calls.addObject()
                            .put("id", start.id())
                            .put("type", "function")
                            .putObject("function")
                            .put("name", start.name());
                    arguments.add(new StringBuilder());
                }
                case Piece.CallArguments part -> arguments.get(part.index()).append(part.fragment());
            }
        }
        for (var index = 0; index < arguments.size(); index++) {
            ((ObjectNode) calls.get(index).path("function"))
                    .put("arguments", arguments.get(index).toString());
        }
        var message = JSON.objectNode().put("role", "assistant");
        message.put("content", calls.isEmpty() ? text.toString() : null).putNull("refusal");
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        return message;
    }

    /** Null content, as engines have it, where calls are all that follows. */
    private static ObjectNode first(Output output) {
        var calls = output.pieces().stream().anyMatch(Piece.CallStart.class::isInstance);
        return JSON.objectNode().put("role", "assistant").put("content", calls ? null : "");
    }

    private static ObjectNode delta(Piece piece) {
        var delta = JSON.objectNode();
        switch (piece) {
            case Piece.Reasoning part -> delta.put("reasoning_content", part.text());
            case Piece.Text part -> delta.put("content", part.text());
            case Piece.CallStart start ->
                delta.putArray("tool_calls")
                        .addObject()
                        .put("index", start.index())
                        .put("id", start.id())
                        .put("type", "function")
                        .putObject("function")
                        .put("name", start.name())
                        .put("arguments", "");
            case Piece.CallArguments part ->
                delta.putArray("tool_calls")
                        .addObject()
                        .put("index", part.index())
                        .putObject("function")
                        .put("arguments", part.fragment());
        }
        return delta;
    }

    private ObjectNode chunk(int index, ObjectNode delta, @Nullable String finishReason) {
        var json = stamp.json("chat.completion.chunk");
        var choice = json.putArray("choices").addObject().put("index", index);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finishReason);
        return json;
    }

    private ObjectNode usageChunk() {
        var json = stamp.json("chat.completion.chunk");
        json.putArray("choices");
        json.set("usage", usage.toJson());
        return json;
    }
}
