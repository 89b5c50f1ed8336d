package dev.forebay.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Usage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client does not see of a turn that ended with calls of its own tools.
 *
 * @param before the hidden rounds, and the assistant's last message with the calls of both sides
 * @param calls of the last message, in order
 * @param after images of the last round
 * @param spent by the whole turn so far, earlier requests included
 */
record ParkedTurn(List<JsonNode> before, List<Parked> calls, List<JsonNode> after, Spent spent) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param id the engine's own, which some chat templates insist on
     * @param shownId what the client knows it by, or null for a call of ours
     * @param result of a call of ours, or null
     */
    record Parked(
            String id, @Nullable String shownId, @Nullable JsonNode result) {}

    record Spent(int rounds, int toolCalls, Usage usage) {
        static final Spent NOTHING = new Spent(0, 0, Usage.NONE);

        Spent plus(Spent other) {
            return new Spent(rounds + other.rounds, toolCalls + other.toolCalls, usage.plus(other.usage));
        }

        ObjectNode toJson() {
            var json = JSON.createObjectNode().put("rounds", rounds).put("tool_calls", toolCalls);
            json.set("usage", usage.toJson());
            return json;
        }

        static Spent from(JsonNode json) {
            return new Spent(
                    json.path("rounds").asInt(),
                    json.path("tool_calls").asInt(),
                    Usage.from(json.path("usage")).orElse(Usage.NONE));
        }
    }

    Set<String> shownIds() {
        var ids = new HashSet<String>();
        calls.forEach(call -> {
            if (call.shownId() != null) {
                ids.add(call.shownId());
            }
        });
        return ids;
    }

    /** The turn as the engine must see it; of the client's calls, those that have been answered. */
    List<History.Entry> spliced(Map<String, JsonNode> clientResults) {
        var entries = new ArrayList<History.Entry>();
        before.forEach(message -> entries.add(new History.Entry(message, 0, true)));
        for (var call : calls) {
            if (call.result() != null) {
                entries.add(new History.Entry(call.result(), 0, true));
            } else if (call.shownId() != null && clientResults.get(call.shownId()) instanceof ObjectNode result) {
                entries.add(new History.Entry(result.deepCopy().put("tool_call_id", call.id()), 0, false));
            }
        }
        after.forEach(message -> entries.add(new History.Entry(message, 0, true)));
        return entries;
    }

    String toText() {
        var json = JSON.createObjectNode();
        json.putArray("before").addAll(before);
        var array = json.putArray("calls");
        for (var call : calls) {
            var item = array.addObject().put("id", call.id());
            if (call.shownId() != null) {
                item.put("shown", call.shownId());
            }
            if (call.result() != null) {
                item.set("result", call.result());
            }
        }
        json.putArray("after").addAll(after);
        json.set("spent", spent.toJson());
        return json.toString();
    }

    /** Empty for a text that is none of ours, such as one of a later version. */
    static Optional<ParkedTurn> from(String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
        if (!json.path("before").isArray() || !json.path("calls").isArray()) {
            return Optional.empty();
        }
        var calls = AgentRequest.elements(json.path("calls")).stream()
                .map(call -> new Parked(
                        call.path("id").asText(),
                        call.path("shown").textValue(),
                        call.path("result").isObject() ? call.path("result") : null))
                .toList();
        return Optional.of(new ParkedTurn(
                AgentRequest.elements(json.path("before")),
                calls,
                AgentRequest.elements(json.path("after")),
                Spent.from(json.path("spent"))));
    }
}
