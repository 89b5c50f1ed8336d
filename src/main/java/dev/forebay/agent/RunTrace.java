package dev.forebay.agent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Tools.Unavailable;
import dev.forebay.chat.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What {@code x_forebay} tells of a run at its end. */
final class RunTrace {
    private static final int TOOLS_MAX = 200;
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private final ArrayNode rounds = JsonNodeFactory.instance.arrayNode();
    // Calls of a round end in any order; they are told in the order in which the model made them.
    private final TreeMap<Long, ObjectNode> tools = new TreeMap<>();
    private final ArrayNode unavailable = JsonNodeFactory.instance.arrayNode();
    private final Set<String> budgets = new TreeSet<>();
    private Duration toolTime = Duration.ZERO;
    private int omitted;

    void round(int round, String finishReason, Usage usage, Duration took) {
        rounds.addObject()
                .put("round", round)
                .put("finish_reason", finishReason)
                .put("ms", took.toMillis())
                .set("usage", usage.toJson());
    }

    /** @param index place of the call among those of its round */
    void tool(int round, int index, String server, String tool, @Nullable String error, int bytes, Duration took) {
        toolTime = toolTime.plus(took);
        if (tools.size() >= TOOLS_MAX) {
            omitted++;
            return;
        }
        var entry = JsonNodeFactory.instance
                .objectNode()
                .put("round", round)
                .put("server", server)
                .put("tool", tool)
                .put("ms", took.toMillis())
                .put("result_bytes", bytes);
        if (error != null) {
            entry.put("error", error);
        }
        tools.put((long) round << 32 | index, entry);
    }

    /** A budget kept the run from something: a round, a call, a part of a result. */
    void met(String budget) {
        budgets.add(budget);
    }

    Set<String> budgets() {
        return budgets;
    }

    void unavailable(List<Unavailable> servers) {
        servers.forEach(
                server -> unavailable.addObject().put("server", server.server()).put("reason", server.reason()));
    }

    /** The engine was told to call a tool and did not: some ignore {@code tool_choice}. */
    void toolChoiceUnanswered() {
        json.put("tool_choice_unanswered", true);
    }

    void resumed(History history) {
        if (history.resumed() > 0) {
            json.put("resumed_turns", history.resumed());
        }
        if (history.earlier().rounds() > 0) {
            json.set("earlier", history.earlier().toJson());
        }
    }

    ObjectNode toJson(int toolCalls, String stopReason) {
        json.put("rounds", rounds.size())
                .put("tool_calls", toolCalls)
                .put("tool_ms", toolTime.toMillis())
                .put("stop_reason", stopReason);
        json.set("per_round", rounds);
        json.putArray("tools").addAll(tools.values());
        if (omitted > 0) {
            json.put("tools_omitted", omitted);
        }
        if (!budgets.isEmpty()) {
            budgets.forEach(json.putArray("budgets_met")::add);
        }
        if (!unavailable.isEmpty()) {
            json.set("unavailable", unavailable);
        }
        return json;
    }

    int rounds() {
        return rounds.size();
    }
}
