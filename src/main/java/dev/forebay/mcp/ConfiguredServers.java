package dev.forebay.mcp;

import dev.forebay.mcp.OpenedTools.Target;
import dev.forebay.mcp.ServerStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The servers of one configuration: each with a link that is kept up, bundled ones with one link in common. Those whose
 * files are the same as in the configuration before are shared with it.
 */
final class ConfiguredServers {
    private static final String BUNDLED = "bundled";

    /** Told of each change of a server: up when its tools can be called. */
    @FunctionalInterface
    interface Listener {
        void changed(String server, Link link, boolean up);
    }

    private final McpSettings settings;
    private final Connectors connectors;
    private final Map<String, McpServer> declared = new TreeMap<>();
    private final Map<String, Server> servers = new HashMap<>();
    private final List<SupervisedLink> fresh = new ArrayList<>();

    ConfiguredServers(
            McpSettings settings,
            List<McpServer> declared,
            Optional<ConfiguredServers> before,
            Connectors connectors,
            List<String> self,
            Path data,
            Listener listener) {
        this.settings = settings;
        this.connectors = connectors;
        declared.forEach(server -> this.declared.put(server.id(), server));
        var added = new ArrayList<McpServer>();
        for (var server : declared) {
            before.flatMap(known -> known.same(server))
                    .ifPresentOrElse(same -> servers.put(server.id(), same), () -> added.add(server));
        }
        for (var group : BundledGroup.of(added)) {
            var timeout = Duration.ofSeconds(group.connectTimeoutSeconds());
            var connector = connectors.process(BUNDLED, group.command(self, data), Map.of(), Path.of(""), timeout);
            var link = link(
                    BUNDLED,
                    connector,
                    true,
                    timeout,
                    (changed, up) -> group.servers().forEach(server -> listener.changed(server.id(), changed, up)));
            group.servers().forEach(server -> add(server, link));
        }
        for (var server : added) {
            var file = server.file();
            if (file.enabled() && file.bundled().isEmpty()) {
                add(
                        server,
                        link(
                                server.id(),
                                connectors.to(server),
                                file.url().isEmpty(),
                                Duration.ofSeconds(file.connectTimeoutSeconds()),
                                (changed, up) -> listener.changed(server.id(), changed, up)));
            }
        }
    }

    private Optional<Server> same(McpServer server) {
        return server.equals(declared.get(server.id())) ? server(server.id()) : Optional.empty();
    }

    private SupervisedLink link(
            String name,
            Link.Connector connector,
            boolean isProcess,
            Duration timeout,
            SupervisedLink.Listener listener) {
        var rules = new SupervisedLink.Rules(
                timeout,
                Duration.ofSeconds(settings.toolsTtlSeconds()),
                isProcess,
                settings.restartsMax(),
                Duration.ofSeconds(settings.restartsWindowSeconds()));
        var link = new SupervisedLink(
                name, connector, rules, connectors.operations(name).nanos(), connectors.ownRandom(), listener);
        fresh.add(link);
        return link;
    }

    private void add(McpServer server, Link link) {
        servers.put(
                server.id(),
                new Server(server.id(), server.file(), link, settings, connectors.operations(server.id())));
    }

    /** Starts those that the configuration before did not have. */
    void start() {
        fresh.forEach(SupervisedLink::start);
    }

    Set<Link> links() {
        var links = new LinkedHashSet<Link>();
        servers.values().forEach(server -> links.add(server.link()));
        return links;
    }

    /** Of all servers, those that are switched off too. */
    Set<String> names() {
        return declared.keySet();
    }

    /** Those that are not switched off. */
    Collection<Server> servers() {
        return servers.values();
    }

    Optional<Server> server(String name) {
        return Optional.ofNullable(servers.get(name));
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
