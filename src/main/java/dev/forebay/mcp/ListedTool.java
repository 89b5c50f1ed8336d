package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tool as its server lists it.
 *
 * @param origin the bundled server that it belongs to, empty for all others
 */
record ListedTool(String name, String description, JsonNode inputSchema, boolean readOnlyHint, String origin) {
    private static final Logger log = LoggerFactory.getLogger(ListedTool.class);
    static final String ORIGIN = "dev.forebay/server";

    /** Tools without a name or with one that stood before are passed over: nobody could call them. */
    static List<ListedTool> from(String server, List<JsonNode> listed) {
        var tools = new LinkedHashMap<String, ListedTool>();
        for (var json : listed) {
            var name = json.path("name").asText("");
            if (name.isEmpty() || tools.containsKey(name)) {
                log.atWarn()
                        .addKeyValue("server", server)
                        .addKeyValue("tool", Failures.cut(name))
                        .log("tool without a name of its own passed over");
            } else {
                tools.put(name, from(name, json));
            }
        }
        return List.copyOf(tools.values());
    }

    private static ListedTool from(String name, JsonNode json) {
        var schema = json.path("inputSchema");
        return new ListedTool(
                name,
                json.path("description").asText(""),
                schema.isObject() ? schema : Wire.object().put("type", "object"),
                json.path("annotations").path("readOnlyHint").asBoolean(),
                json.path("_meta").path(ORIGIN).asText(""));
    }
}
