package dev.forebay.bundled;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One tool as clients see it, and what it does. */
record Tool(
        String name,
        String title,
        String description,
        Effect effect,
        List<Field> takes,
        List<Field> gives,
        Action action) {

    /** Runs on a virtual thread of its own; many run at once. Interruption cancels it. */
    @FunctionalInterface
    interface Action {
        Answer run(Arguments arguments) throws ToolError, InterruptedException;
    }

    /** The tool's entry in the answer to {@code tools/list}. */
    ObjectNode listed(String server) {
        var tool = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("title", title)
                .put("description", description);
        tool.set("inputSchema", Field.object(takes));
        tool.set("outputSchema", Field.object(gives));
        tool.set("annotations", effect.annotations(title));
        tool.putObject("_meta").put("dev.forebay/server", server);
        return tool;
    }

    /** The result of {@code tools/call}. Wrong input is told to the model in the result, so that it can correct itself. */
    ObjectNode call(JsonNode arguments) throws InterruptedException {
        try {
            var answer = action.run(Arguments.of(this, arguments));
            var result = result(answer.text(), false);
            result.set("structuredContent", answer.structured());
            return result;
        } catch (ToolError e) {
            return result(e.forModel(), true);
        }
    }

    private static ObjectNode result(String text, boolean isError) {
        var result = JsonNodeFactory.instance.objectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result.put("isError", isError);
    }
}
