package dev.forebay;

import dev.forebay.compute.Nodepool;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Shown;
import dev.forebay.mcp.McpFolder;
import dev.forebay.mcp.McpServer;
import dev.forebay.telemetry.Configured;
import java.util.List;

/** All that the gateway reads from files: the configuration, and the folder of MCP servers that it names. */
record Loaded(Configuration configuration, List<McpServer> servers) {
    Loaded {
        servers = List.copyOf(servers);
    }

    /**
     * With the MCP servers of the configured folder, enabled or not.
     *
     * @throws ConfigException if one of their files is wrong, or if a model names a server that is not among them
     */
    static Loaded of(Configuration configuration, Surroundings out) {
        var servers = McpFolder.read(configuration.mcp().folder(), out.environment()::get);
        configuration.needServers(servers.stream().map(McpServer::id).toList());
        return new Loaded(configuration, servers);
    }

    /** This one, but for what takes effect at the start only. */
    Loaded keepingOf(Loaded before) {
        return new Loaded(configuration.keepingOf(before.configuration), servers);
    }

    /** The MCP servers that are in use, sorted by id. */
    List<String> serversInUse() {
        return servers.stream()
                .filter(server -> server.file().enabled())
                .map(McpServer::id)
                .toList();
    }

    Configured names() {
        return Configured.of(
                configuration.models().stream()
                        .map(Configuration.ModelSettings::id)
                        .toList(),
                configuration.nodepools().stream().map(Nodepool::id).toList(),
                serversInUse());
    }

    Shown shown() {
        return Shown.of(configuration, "mcp_servers", servers);
    }
}
