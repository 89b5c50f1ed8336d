package dev.forebay.telemetry;

import dev.forebay.mcp.McpObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Exchanges with MCP servers, and which of them are up. */
final class McpMetrics implements McpObserver, Rows.Kept {
    private static final int METHODS_MAX = 40;
    private static final int VERSIONS_MAX = 12;
    private static final int REFUSALS_MAX = 12;

    private record Peer(String server, String transport, String version) {
        static final Peer OTHER = new Peer(Words.OTHER, Words.OTHER, Words.OTHER);

        Tags tags() {
            return Tags.of("mcp.server", server, "network.transport", transport, "mcp.protocol.version", version);
        }
    }

    private record Up(AtomicInteger value, Gauge row) {}

    private record Session(Peer peer, String error) {}

    private record Labels(Peer peer, String method, String tool, String error) {}

    private final MeterRegistry registry;
    private final ToolWords tools;
    private final Words methods = Words.first(METHODS_MAX);
    private final Words versions = Words.first(VERSIONS_MAX);
    private final Words errors = Words.first(Operations.ERRORS_MAX);
    private final Map<String, Up> up = new ConcurrentHashMap<>();
    private final Meters<Labels, Timer> operations =
            new Meters<>(new Labels(Peer.OTHER, Words.OTHER, Words.OTHER, Words.OTHER), this::make);

    private final Meters<Session, Timer> sessions = new Meters<>(new Session(Peer.OTHER, Words.OTHER), this::make);
    private final Words refusals = Words.first(REFUSALS_MAX);

    McpMetrics(MeterRegistry registry, Names names, Set<String> servers) {
        this.registry = registry;
        this.tools = names.tools();
        servers.forEach(this::add);
    }

    /** Puts these servers in the place of the configured ones. */
    void replace(Set<String> servers) {
        up.forEach((server, gauge) -> {
            if (!servers.contains(server)) {
                up.remove(server);
                registry.remove(gauge.row());
            }
        });
        servers.stream().filter(server -> !up.containsKey(server)).forEach(this::add);
    }

    private void add(String server) {
        var value = new AtomicInteger();
        up.put(
                server,
                new Up(
                        value,
                        Gauge.builder("forebay.mcp.server.up", value::get)
                                .description("1 while the server's tools can be called")
                                .tag("server", server)
                                .register(registry)));
    }

    @Override
    public void forgetWhatIsGone() {
        operations.forget(labels -> tools.lacks(labels.peer.server));
        sessions.forget(labels -> tools.lacks(labels.peer.server));
    }

    @Override
    public void operationEnded(Operation operation) {
        operations
                .of(new Labels(
                        peer(operation.server(), operation.transport(), operation.protocolVersion()),
                        methods.of(operation.method()),
                        operation.tool() == null ? "" : tools.tool(operation.server(), operation.tool()),
                        errors.of(operation.error())))
                .record(operation.took());
    }

    @Override
    public void serverChanged(String server, boolean isUp) {
        var known = up.get(server);
        if (known != null) {
            known.value().set(isUp ? 1 : 0);
        }
    }

    @Override
    public void sessionEnded(String server, String transport, String protocolVersion, boolean lost, Duration took) {
        sessions.of(new Session(peer(server, transport, protocolVersion), lost ? errors.of("lost") : ""))
                .record(took);
    }

    private Peer peer(String server, String transport, String version) {
        // The conventions' words: standard input and output are a pipe.
        return new Peer(tools.server(server), transport.equals("stdio") ? "pipe" : "tcp", versions.of(version));
    }

    @Override
    public void urlRefused(String reason) {
        Counter.builder("forebay.mcp.url.refusals")
                .description("MCP servers of requests that were refused before anything was sent to them")
                .tag("reason", refusals.of(reason))
                .register(registry)
                .increment();
    }

    private Timer make(Session labels) {
        return Buckets.MCP
                .timer("mcp.client.session.duration")
                .tags(labels.peer.tags())
                .tag("error.type", labels.error)
                .register(registry);
    }

    private Timer make(Labels labels) {
        return Buckets.MCP
                .timer("mcp.client.operation.duration")
                .tags(labels.peer.tags())
                .tag("mcp.method.name", labels.method)
                .tag("gen_ai.tool.name", labels.tool)
                .tag("error.type", labels.error)
                .register(registry);
    }
}
