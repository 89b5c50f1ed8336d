package dev.forebay.telemetry;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Servers from the configuration, and of each the first tools that are heard of. Thread-safe. */
final class ToolWords {
    /** What servers are called that a request brought along. */
    private static final String URL = "url";

    private static final int TOOLS_MAX = 200;

    private final Map<String, Words> toolsByServer = new ConcurrentHashMap<>();

    ToolWords(Set<String> servers) {
        toolsByServer.put(URL, Words.first(TOOLS_MAX));
        replace(servers);
    }

    /** Puts these servers in the place of the configured ones. */
    void replace(Set<String> servers) {
        toolsByServer.keySet().removeIf(server -> !server.equals(URL) && !servers.contains(server));
        servers.forEach(server -> toolsByServer.putIfAbsent(server, Words.first(TOOLS_MAX)));
    }

    /** True for a label that no longer has a server. */
    boolean lacks(String label) {
        return !label.isEmpty() && !label.equals(Words.OTHER) && !toolsByServer.containsKey(label);
    }

    String server(String server) {
        return toolsByServer.containsKey(server) ? server : Words.OTHER;
    }

    String tool(String server, String tool) {
        var known = toolsByServer.get(server);
        return known == null ? Words.OTHER : known.of(tool);
    }
}
