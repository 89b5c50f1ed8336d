package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;

/** Whether tools may, must or must not be called, as {@code tool_choice} says. */
sealed interface ToolChoice {
    record Auto() implements ToolChoice {}

    record None() implements ToolChoice {}

    record Required() implements ToolChoice {}

    record Named(Tool tool) implements ToolChoice {}

    /** The choice, and the tools that are left by it. */
    record Offer(ToolChoice choice, List<Tool> tools) {
        public Offer {
            tools = List.copyOf(tools);
        }
    }

    /** @throws Refusal if it makes no sense or names a tool that is not offered */
    static Offer of(JsonNode choice, List<Tool> tools) {
        if (choice.isMissingNode() || choice.isNull()) {
            return new Offer(new Auto(), tools);
        }
        if (choice.isTextual()) {
            return new Offer(byWord(choice.asText(), tools), tools);
        }
        if (choice.path("type").asText().equals("allowed_tools")) {
            var allowed = new HashSet<String>();
            choice.path("allowed_tools").path("tools").forEach(tool -> allowed.add(name(tool)));
            var left =
                    tools.stream().filter(tool -> allowed.contains(tool.name())).toList();
            return new Offer(byWord(choice.path("allowed_tools").path("mode").asText("auto"), left), left);
        }
        var name = name(choice);
        return tools.stream()
                .filter(tool -> tool.name().equals(name))
                .findFirst()
                .map(tool -> new Offer(new Named(tool), tools))
                .orElseThrow(() -> Refusal.badRequest(
                        "tool_choice: need one of the tools that were offered, got \"" + name + "\"", "tool_choice"));
    }

    private static ToolChoice byWord(String word, List<Tool> tools) {
        return switch (word) {
            case "auto" -> new Auto();
            case "none" -> new None();
            case "required", "any" -> {
                if (tools.isEmpty()) {
                    throw Refusal.badRequest("tool_choice: \"required\" needs tools, got none", "tool_choice");
                }
                yield new Required();
            }
            default ->
                throw Refusal.badRequest(
                        "tool_choice: need auto, none, required or a tool, got \"" + word + "\"", "tool_choice");
        };
    }

    private static String name(JsonNode choice) {
        return choice.path("function").path("name").asText(choice.path("name").asText());
    }
}
