package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Tools.Tool;
import java.util.regex.Pattern;

/** How a tool of ours is described to the engine. */
final class ToolSpecs {
    private static final int DESCRIPTION_BYTES_MAX = 2 * 1024;

    /** Colours and cursor movements of terminals. */
    private static final Pattern ANSI =
            Pattern.compile("(?:\u001b\\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?");

    /**
     * What people do not see but models read: controls, zero-width and bidirectional characters, soft hyphens, tags,
     * and variation selectors that carry hidden bytes.
     */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}&&[^\\n\\t]]"
            + "|[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e"
            + "\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb]"
            + "|[\\x{E0000}-\\x{E0FFF}]");

    private ToolSpecs() {}

    static ObjectNode spec(String name, Tool tool) {
        var json = JsonNodeFactory.instance.objectNode().put("type", "function");
        json.putObject("function")
                .put("name", name)
                .put("description", clean(tool.description()))
                .set("parameters", objectSchema(tool.inputSchema()).deepCopy());
        return json;
    }

    /** What a person who looked at the description would have seen of it. */
    static String clean(String description) {
        var visible = UNSEEN.matcher(ANSI.matcher(description).replaceAll("")).replaceAll("");
        return Utf8.head(Utf8.wellFormed(visible), DESCRIPTION_BYTES_MAX);
    }

    /** As the server gave it; only what makes it an object's schema is added where it is missing. */
    static JsonNode objectSchema(JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("type", "object")
                    .set("properties", JsonNodeFactory.instance.objectNode());
        }
        if (object.has("type") && object.has("properties")) {
            return object;
        }
        var whole = object.deepCopy();
        if (!whole.has("type")) {
            whole.put("type", "object");
        }
        if (!whole.has("properties") && whole.path("type").asText().equals("object")) {
            whole.putObject("properties");
        }
        return whole;
    }
}
