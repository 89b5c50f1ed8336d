package dev.forebay.agent;

import dev.forebay.config.Default;
import dev.forebay.config.FromText;
import java.util.HashSet;
import java.util.List;

/**
 * How a model uses tools.
 *
 * @param servers MCP servers whose tools the model always has; a request may add to them
 * @param budgets what one run may spend
 * @param trace how much the answer tells of rounds and tools; a request may choose another one unless it is off here
 * @param vision true if the model understands images, so that images in results of tools are shown to it
 * @param requestServersMax servers that one request may name
 */
public record AgentSettings(
        @Default("[]") List<Server> servers,
        Budgets budgets,
        @Default("metadata") Trace trace,
        @Default("false") boolean vision,
        @Default("16") int requestServersMax) {
    public AgentSettings {
        servers = List.copyOf(servers);
        var names = new HashSet<String>();
        for (var server : servers) {
            if (!names.add(server.name())) {
                throw new IllegalArgumentException("servers: need each name once, got " + server.name() + " twice");
            }
        }
        if (requestServersMax < 0) {
            throw new IllegalArgumentException("request_servers_max: need 0 or more, got " + requestServersMax);
        }
    }

    /**
     * A server of the model's own; its name alone will do.
     *
     * @param name of a configured MCP server
     * @param allowedTools names of the tools to take; all if empty
     * @param required true to fail a request while the server cannot be reached, false to answer without its tools and
     *     say so in {@code x_forebay.unavailable}
     */
    public record Server(
            String name,
            @Default("[]") List<String> allowedTools,
            @Default("false") boolean required) {
        public Server {
            allowedTools = List.copyOf(allowedTools);
            if (name.isBlank()) {
                throw new IllegalArgumentException("name: need the name of an MCP server, got an empty one");
            }
        }

        @FromText
        static Server named(String name) {
            return new Server(name, List.of(), false);
        }
    }
}
