package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.access.Caller;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The messages that the engine sees: what the client sent, with the hidden turns put back where the client only saw
 * calls of its own, and what this run adds. What the client wrote is never changed.
 */
final class History {
    /**
     * @param round of this run, 0 for what was there before
     * @param isOurs true for messages that the client has never seen
     */
    record Entry(JsonNode message, int round, boolean isOurs) {}

    /** Calls of one message that are looked up; more are none that Forebay has shown. */
    private static final int IDS_MAX = 128;

    private final List<Entry> entries = new ArrayList<>();
    private int resumed;
    private ParkedTurn.Spent earlier = ParkedTurn.Spent.NOTHING;

    static History of(List<JsonNode> messages, Caller caller, Continuations continuations) {
        var history = new History();
        var results = new HashMap<String, JsonNode>();
        for (var message : messages) {
            if (ToolMessages.isResult(message)) {
                results.putIfAbsent(message.path("tool_call_id").asText(), message);
            }
        }
        var placed = new HashSet<String>();
        for (var message : messages) {
            var ids = callIds(message);
            if (ids.stream().anyMatch(placed::contains)) {
                continue;
            }
            var parked = results.isEmpty() ? Optional.<ParkedTurn>empty() : find(ids, caller, continuations);
            if (parked.isPresent()) {
                history.splice(parked.get(), results);
                placed.addAll(parked.get().shownIds());
            } else {
                history.entries.add(new Entry(message, 0, false));
                if (!ToolMessages.isResult(message)) {
                    history.earlier = ParkedTurn.Spent.NOTHING;
                }
            }
        }
        return history;
    }

    /** The calls that a message makes or answers. */
    private static List<String> callIds(JsonNode message) {
        if (ToolMessages.isResult(message)) {
            return List.of(message.path("tool_call_id").asText());
        }
        return AgentRequest.elements(message.path("tool_calls")).stream()
                .limit(IDS_MAX)
                .map(call -> call.path("id").asText())
                .toList();
    }

    private static Optional<ParkedTurn> find(List<String> ids, Caller caller, Continuations continuations) {
        return ids.stream()
                .flatMap(id -> continuations.find(caller, id).stream())
                .findFirst()
                .flatMap(ParkedTurn::from);
    }

    private void splice(ParkedTurn turn, Map<String, JsonNode> results) {
        entries.addAll(turn.spliced(results));
        resumed++;
        earlier = turn.spent();
    }

    void add(JsonNode message, int round) {
        entries.add(new Entry(message, round, true));
    }

    /** @param note put at the end of the last message; empty for none */
    List<JsonNode> messages(String note) {
        var messages = new ArrayList<>(entries.stream().map(Entry::message).toList());
        if (!note.isEmpty() && !entries.isEmpty() && entries.getLast().message() instanceof ObjectNode last) {
            messages.set(messages.size() - 1, ToolMessages.withNote(last, note));
        }
        return messages;
    }

    /** What this run has added. */
    List<JsonNode> added() {
        return entries.stream().filter(e -> e.round() > 0).map(Entry::message).toList();
    }

    List<Entry> entries() {
        return entries;
    }

    /** How many hidden turns were put back. */
    int resumed() {
        return resumed;
    }

    /** What earlier requests spent on the turn that this one goes on with; nothing if it begins a turn. */
    ParkedTurn.Spent earlier() {
        return earlier;
    }
}
