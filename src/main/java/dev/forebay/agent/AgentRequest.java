package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.ModelFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A request taken apart: what is meant for the loop, and what goes on to the engine in every round.
 *
 * @param rest every member that the loop does not act on
 * @param clientTools the client's own tools as they came, of whatever type
 * @param toolChoice as it came, or missing
 */
record AgentRequest(
        ObjectNode rest,
        List<JsonNode> messages,
        List<JsonNode> clientTools,
        JsonNode toolChoice,
        RunServers servers,
        Budgets budgets,
        Trace trace,
        boolean parallel) {
    private static final Set<String> ACTED_ON = Set.of("messages", "tools", "tool_choice", "mcp_servers", "x_forebay");

    /** @throws ModelFailure.BadRequest that names the parameter at fault */
    static AgentRequest read(ChatRequest request, AgentSettings settings) {
        var json = request.json();
        MemberTypes.check(json);
        var wishes = RunWishes.read(json.path("x_forebay"), settings);
        var isNone = json.path("tool_choice").asText().equals("none");
        var servers = new RunServers(settings.requestServersMax());
        settings.servers().forEach(servers::addConfigured);
        servers.addNames(json.path("mcp_servers"));
        var clientTools = takeApart(json.path("tools"), servers);
        var rest = JsonNodeFactory.instance.objectNode();
        json.properties().stream()
                .filter(member -> !ACTED_ON.contains(member.getKey()))
                .forEach(member -> rest.set(member.getKey(), member.getValue()));
        return new AgentRequest(
                rest,
                elements(json.path("messages")),
                clientTools,
                json.path("tool_choice"),
                isNone ? new RunServers(0) : servers,
                wishes.budgets(),
                wishes.trace(),
                request.parallelToolCalls());
    }

    private static List<JsonNode> takeApart(JsonNode tools, RunServers servers) {
        var clientTools = new ArrayList<JsonNode>();
        for (var i = 0; i < tools.size(); i++) {
            var tool = tools.path(i);
            if (tool.path("type").asText().equals("mcp")) {
                servers.addTool(tool, "tools[" + i + "]");
            } else {
                clientTools.add(tool);
            }
        }
        return clientTools;
    }

    /** The names that the client's own tools have taken. */
    Set<String> clientNames() {
        var names = new HashSet<String>();
        for (var tool : clientTools) {
            for (var holder : List.of(tool.path("function"), tool.path("custom"), tool)) {
                if (holder.path("name").isTextual()) {
                    names.add(holder.path("name").asText());
                }
            }
        }
        return names;
    }

    /** What the engine gets in a round. */
    ChatRequest round(List<JsonNode> history, List<JsonNode> tools, JsonNode choice) {
        var json = rest.deepCopy();
        var messages = json.putArray("messages");
        history.forEach(message -> messages.add(message.<JsonNode>deepCopy()));
        if (tools.isEmpty()) {
            // Engines refuse these where no tool is offered.
            json.remove("parallel_tool_calls");
        } else {
            json.putArray("tools").addAll(tools);
            if (!choice.isMissingNode()) {
                json.set("tool_choice", choice);
            }
        }
        return new ChatRequest(json);
    }

    static List<JsonNode> elements(JsonNode array) {
        var elements = new ArrayList<JsonNode>(array.size());
        array.forEach(elements::add);
        return elements;
    }

    static ModelFailure.BadRequest wrong(String message, String param) {
        return new ModelFailure.BadRequest(message, param, "invalid_value");
    }

    static JsonNode auto() {
        return JsonNodeFactory.instance.textNode("auto");
    }
}
