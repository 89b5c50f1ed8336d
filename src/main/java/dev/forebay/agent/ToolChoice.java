package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.config.Nearest;

/**
 * The request's {@code tool_choice}. What forces a call binds the first round only: kept longer, the model could never
 * answer.
 *
 * @param first what the engine gets in the first round; missing if the request does not say
 * @param later what it gets in the others
 * @param isNone true if no tool may be called at all
 * @param isForced true if the first round must call one
 */
record ToolChoice(JsonNode first, JsonNode later, boolean isNone, boolean isForced) {
    static ToolChoice read(JsonNode json, ToolNames names) {
        if (json.isMissingNode() || json.isNull()) {
            return new ToolChoice(MissingNode.getInstance(), MissingNode.getInstance(), false, false);
        }
        return switch (json.isTextual() ? json.asText() : json.path("type").asText()) {
            case "auto" -> new ToolChoice(json, json, false, false);
            case "none" -> new ToolChoice(json, json, true, false);
            case "required" -> new ToolChoice(json, AgentRequest.auto(), false, true);
            case "function" -> {
                needKnown(json.path("function").path("name").asText(), names);
                yield new ToolChoice(json, AgentRequest.auto(), false, true);
            }
            case "mcp" -> new ToolChoice(mcp(json, names), AgentRequest.auto(), false, true);
            case "allowed_tools" -> allowed(json, names);
            default -> new ToolChoice(json, AgentRequest.auto(), false, true);
        };
    }

    JsonNode in(int round) {
        return round == 1 ? first : later;
    }

    private static void needKnown(String name, ToolNames names) {
        if (!names.all().contains(name)) {
            throw AgentRequest.wrong(
                    "tool_choice: there is no tool " + Excerpt.of(name) + Nearest.hint(Excerpt.of(name), names.all()),
                    "tool_choice");
        }
    }

    /** A tool by its server's label, which engines know as a function. */
    private static JsonNode mcp(JsonNode json, ToolNames names) {
        var label = json.path("server_label").asText();
        var name = json.path("name").asText();
        var exposed = names.ours().entrySet().stream()
                .filter(e -> e.getValue().server().equals(label)
                        && e.getValue().name().equals(name))
                .findFirst()
                .orElseThrow(() -> AgentRequest.wrong(
                        "tool_choice: need server_label and name of an MCP tool of this request, got "
                                + Excerpt.of(json),
                        "tool_choice"));
        return function(exposed.getKey());
    }

    /** The restriction stays in all rounds; only that a call is forced ends with the first. */
    private static ToolChoice allowed(JsonNode json, ToolNames names) {
        var first = json.<ObjectNode>deepCopy();
        var holder = first.path("allowed_tools") instanceof ObjectNode nested ? nested : first;
        var tools = JsonNodeFactory.instance.arrayNode();
        for (var tool : holder.path("tools")) {
            if (!tool.path("type").asText().equals("mcp")) {
                tools.add(tool);
                continue;
            }
            names.ours().forEach((exposed, ours) -> {
                var name = tool.path("name").asText();
                if (ours.server().equals(tool.path("server_label").asText())
                        && (name.isEmpty() || name.equals(ours.name()))) {
                    tools.add(function(exposed));
                }
            });
        }
        holder.set("tools", tools);
        var isForced = holder.path("mode").asText().equals("required");
        var later = first.deepCopy();
        (later.path("allowed_tools") instanceof ObjectNode nested ? nested : later).put("mode", "auto");
        return new ToolChoice(first, later, false, isForced);
    }

    private static JsonNode function(String name) {
        var json = JsonNodeFactory.instance.objectNode().put("type", "function");
        json.putObject("function").put("name", name);
        return json;
    }
}
