package dev.forebay.telemetry;

import dev.forebay.mcp.McpObserver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Exchanges with MCP servers, and which of them are up. */
final class McpMetrics implements McpObserver {
    private static final int METHODS_MAX = 40;
    private static final int VERSIONS_MAX = 12;

    private record Labels(String server, String method, String tool, String transport, String version, String error) {}

    private final MeterRegistry registry;
    private final ToolWords tools;
    private final Words methods = Words.first(METHODS_MAX);
    private final Words versions = Words.first(VERSIONS_MAX);
    private final Words errors = Words.first(Operations.ERRORS_MAX);
    private final Map<String, AtomicInteger> up;
    private final Meters<Labels, Timer> operations = new Meters<>(
            new Labels(Words.OTHER, Words.OTHER, Words.OTHER, Words.OTHER, Words.OTHER, Words.OTHER), this::make);

    McpMetrics(MeterRegistry registry, Configured configured, ToolWords tools) {
        this.registry = registry;
        this.tools = tools;
        this.up = configured.mcpServers().stream()
                .collect(Collectors.toUnmodifiableMap(server -> server, _ -> new AtomicInteger()));
        up.forEach((server, value) -> Gauge.builder("forebay.mcp.server.up", value::get)
                .description("1 while the server's tools can be called")
                .tag("server", server)
                .register(registry));
    }

    @Override
    public void operationEnded(Operation operation) {
        operations
                .of(new Labels(
                        tools.server(operation.server()),
                        methods.of(operation.method()),
                        operation.tool() == null ? "" : tools.tool(operation.server(), operation.tool()),
                        // The conventions' words: standard input and output are a pipe.
                        operation.transport().equals("stdio") ? "pipe" : "tcp",
                        versions.of(operation.protocolVersion()),
                        errors.of(operation.error())))
                .record(operation.took());
    }

    @Override
    public void serverChanged(String server, boolean isUp) {
        var value = up.get(server);
        if (value != null) {
            value.set(isUp ? 1 : 0);
        }
    }

    private Timer make(Labels labels) {
        return Buckets.MCP
                .timer("mcp.client.operation.duration")
                .tag("mcp.method.name", labels.method)
                .tag("gen_ai.tool.name", labels.tool)
                .tag("network.transport", labels.transport)
                .tag("mcp.protocol.version", labels.version)
                .tag("mcp.server", labels.server)
                .tag("error.type", labels.error)
                .register(registry);
    }
}
