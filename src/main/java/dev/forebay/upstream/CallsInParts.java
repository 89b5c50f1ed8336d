package dev.forebay.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Event;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Sink;
import dev.forebay.chat.ToolCall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts tool calls together from their fragments, as engines send them: with or without index, with id and name once or
 * each time, with several calls under one index.
 */
final class CallsInParts {
    private static final int CALLS_MAX = 256;

    private static final class Part {
        private @Nullable String id;
        private @Nullable String name;
        private final StringBuilder arguments = new StringBuilder();
        private final WholeCharacters pieces = new WholeCharacters();
        private final ObjectNode extras = JsonNodeFactory.instance.objectNode();
        private boolean shown;
    }

    private static final Set<String> CALL_KNOWN = Set.of("index", "id", "type", "function", "custom");
    private static final Set<String> BODY_KNOWN = Set.of("name", "arguments", "input");

    private final Sink sink;
    private final Supplier<String> ids;
    private final TreeMap<Integer, Part> parts = new TreeMap<>();
    // Where calls have gone whose index was taken.
    private final Map<Integer, Integer> moved = new HashMap<>();
    private int latest = -1;

    CallsInParts(Sink sink, Supplier<String> ids) {
        this.sink = sink;
        this.ids = ids;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    void add(JsonNode fragment) throws InterruptedException {
        var body = fragment.path(fragment.path("function").isObject() ? "function" : "custom");
        var arguments = body.has("arguments") ? body.path("arguments") : body.path("input");
        var name = text(body.path("name"));
        add(index(fragment, name), text(fragment.path("id")), name, arguments, extras(fragment, body));
    }

    /** The form before there were several calls in an answer. */
    void addLegacy(JsonNode call) throws InterruptedException {
        add(0, null, text(call.path("name")), call.path("arguments"), null);
    }

    /** A call that never got a name is shown as it is: whoever runs it can tell the model what is wrong. */
    void end() throws InterruptedException {
        for (var entry : parts.entrySet()) {
            var part = entry.getValue();
            append(entry.getKey(), part, part.pieces.rest(), null);
            if (!part.shown) {
                part.name = part.name == null ? "" : part.name;
                show(entry.getKey(), part);
            }
        }
    }

    List<ToolCall> all() {
        return parts.values().stream()
                .map(part -> new ToolCall(orEmpty(part.id), orEmpty(part.name), part.arguments.toString(), part.extras))
                .toList();
    }

    private void add(
            int index, @Nullable String id, @Nullable String name, JsonNode arguments, @Nullable ObjectNode extras)
            throws InterruptedException {
        latest = index;
        var part = parts.computeIfAbsent(index, _ -> new Part());
        if (parts.size() > CALLS_MAX) {
            throw new ModelFailure.Broken("the model server asked for more than " + CALLS_MAX + " tool calls", null);
        }
        part.id = part.id == null ? id : part.id;
        part.name = part.name == null ? name : part.name;
        var piece = arguments.isTextual() ? arguments.asText() : arguments.isObject() ? arguments.toString() : "";
        if (extras != null) {
            // A signature comes whole: where it comes again it is the same, and must not grow.
            extras.properties().forEach(member -> Parts.replace(part.extras, member.getKey(), member.getValue()));
        }
        append(index, part, part.pieces.next(piece), extras);
        if (!part.shown && part.name != null) {
            show(index, part);
        }
    }

    private void append(int index, Part part, String piece, @Nullable ObjectNode extras) throws InterruptedException {
        part.arguments.append(piece);
        if (part.shown && (!piece.isEmpty() || extras != null)) {
            sink.emit(new Event.ToolCallDelta(index, null, null, piece, extras));
        }
    }

    private void show(int index, Part part) throws InterruptedException {
        part.shown = true;
        part.id = part.id == null ? ids.get() : part.id;
        var extras = part.extras.isEmpty() ? null : part.extras.deepCopy();
        sink.emit(new Event.ToolCallDelta(index, part.id, part.name, part.arguments.toString(), extras));
    }

    /** What we do not act on, or null if there is nothing of the kind. */
    private static @Nullable ObjectNode extras(JsonNode fragment, JsonNode body) {
        var extras = unknown(fragment, CALL_KNOWN);
        var inner = unknown(body, BODY_KNOWN);
        if (!inner.isEmpty()) {
            extras.set("function", inner);
        }
        return extras.isEmpty() ? null : extras;
    }

    private static ObjectNode unknown(JsonNode json, Set<String> known) {
        var unknown = JsonNodeFactory.instance.objectNode();
        for (var member : json.properties()) {
            if (!known.contains(member.getKey()) && !member.getValue().isNull()) {
                unknown.set(member.getKey(), member.getValue());
            }
        }
        return unknown;
    }

    /** A new id under a known index, or a new id without an index, is another call. */
    private int index(JsonNode fragment, @Nullable String name) {
        var theirs = fragment.path("index").isInt() ? fragment.path("index").asInt() : latest;
        var index = moved.getOrDefault(theirs, theirs);
        var known = parts.get(index);
        if (known == null) {
            return index < 0 ? next() : index;
        }
        var id = text(fragment.path("id"));
        var isOther = name != null && id != null && known.id != null && !id.equals(known.id);
        var isNextWithoutId =
                name != null && id == null && !fragment.path("index").isInt();
        if (!isOther && !isNextWithoutId) {
            return index;
        }
        moved.put(theirs, next());
        return next();
    }

    private int next() {
        return parts.isEmpty() ? 0 : parts.lastKey() + 1;
    }

    private static @Nullable String text(JsonNode json) {
        return json.isTextual() && !json.asText().isEmpty() ? json.asText() : null;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
