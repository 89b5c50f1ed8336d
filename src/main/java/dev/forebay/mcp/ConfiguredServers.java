package dev.forebay.mcp;

import dev.forebay.mcp.OpenedTools.Target;
import dev.forebay.mcp.ServerStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The servers of the configuration: each with a link that is kept up, the bundled ones with one link in common. */
final class ConfiguredServers {
    private static final String BUNDLED = "bundled";

    private final McpSettings settings;
    private final Connectors connectors;
    private final Map<String, McpServer> declared = new TreeMap<>();
    private final Map<String, Server> servers = new HashMap<>();
    private final List<SupervisedLink> links = new ArrayList<>();

    ConfiguredServers(
            McpSettings settings,
            List<McpServer> declared,
            Connectors connectors,
            List<String> self,
            Path data,
            McpObserver observer) {
        this.settings = settings;
        this.connectors = connectors;
        declared.forEach(server -> this.declared.put(server.id(), server));
        for (var group : BundledGroup.of(declared)) {
            var timeout = Duration.ofSeconds(group.connectTimeoutSeconds());
            var connector = connectors.process(BUNDLED, group.command(self, data), Map.of(), Path.of(""), timeout);
            var link = link(
                    BUNDLED,
                    connector,
                    true,
                    timeout,
                    up -> group.servers().forEach(server -> observer.serverChanged(server.id(), up)));
            group.servers().forEach(server -> add(server, link));
        }
        for (var server : declared) {
            var file = server.file();
            if (file.enabled() && file.bundled().isEmpty()) {
                add(
                        server,
                        link(
                                server.id(),
                                connectors.to(server),
                                file.url().isEmpty(),
                                Duration.ofSeconds(file.connectTimeoutSeconds()),
                                up -> observer.serverChanged(server.id(), up)));
            }
        }
    }

    private SupervisedLink link(
            String name, Link.Connector connector, boolean isProcess, Duration timeout, Consumer<Boolean> onChange) {
        var rules = new SupervisedLink.Rules(
                timeout,
                Duration.ofSeconds(settings.toolsTtlSeconds()),
                isProcess,
                settings.restartsMax(),
                Duration.ofSeconds(settings.restartsWindowSeconds()));
        var link = new SupervisedLink(
                name, connector, rules, connectors.operations(name).nanos(), connectors.ownRandom(), onChange);
        links.add(link);
        return link;
    }

    private void add(McpServer server, Link link) {
        servers.put(
                server.id(),
                new Server(server.id(), server.file(), link, settings, connectors.operations(server.id())));
    }

    void start() {
        links.forEach(SupervisedLink::start);
    }

    List<SupervisedLink> links() {
        return links;
    }

    Set<String> names() {
        return declared.keySet();
    }

    /** Empty if no server has this name. */
    Optional<Target> target(String name) {
        if (!declared.containsKey(name)) {
            return Optional.empty();
        }
        var server = servers.get(name);
        return Optional.of(
                server != null
                        ? () -> server
                        : () -> {
                            throw Failures.unavailable(
                                    name, "is switched off (enabled: false in its config.yaml)", null);
                        });
    }

    List<ServerStatus> status() {
        return declared.values().stream().map(this::status).toList();
    }

    private ServerStatus status(McpServer declared) {
        var file = declared.file();
        var place = file.bundled().isPresent() ? BUNDLED : file.url().isPresent() ? "http" : "stdio";
        var server = servers.get(declared.id());
        if (server == null) {
            return new ServerStatus(declared.id(), place, State.DISABLED, "enabled: false", 0, 0, 0, false);
        }
        var link = server.link();
        var paused = server.isLeftAlone();
        return new ServerStatus(
                declared.id(),
                place,
                link.state(),
                paused && link.state() == State.UP ? "left alone for a while: its last calls failed" : link.reason(),
                server.toolsKnown(),
                link.restarts(),
                server.calls(),
                paused);
    }
}
