package dev.forebay.mcp;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A configured MCP server.
 *
 * @param id its folder's name, or its name in a JSON map; what models and requests call it
 * @param folder where its configuration stands
 */
public record McpServer(String id, Path folder, McpServerFile file) {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    public McpServer {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("a server's name has up to 64 small letters, digits, - and _ and begins"
                    + " with a letter or digit; got \"" + id + "\"");
        }
    }
}
