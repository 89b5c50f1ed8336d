package dev.forebay.telemetry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Servers from the configuration, and of each the first tools that are heard of. Thread-safe. */
final class ToolWords {
    /** What servers are called that a request brought along. */
    private static final String URL = "url";

    private static final int TOOLS_MAX = 200;

    private final Map<String, Words> toolsByServer = new ConcurrentHashMap<>();

    ToolWords(Configured configured) {
        configured.mcpServers().forEach(server -> toolsByServer.put(server, Words.first(TOOLS_MAX)));
        toolsByServer.put(URL, Words.first(TOOLS_MAX));
    }

    String server(String server) {
        return toolsByServer.containsKey(server) ? server : Words.OTHER;
    }

    String tool(String server, String tool) {
        var known = toolsByServer.get(server);
        return known == null ? Words.OTHER : known.of(tool);
    }
}
