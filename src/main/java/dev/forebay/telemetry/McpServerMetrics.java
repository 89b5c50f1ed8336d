package dev.forebay.telemetry;

import dev.forebay.mcp.ServerStatus;
import dev.forebay.mcp.ToolCatalog;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** MCP servers of the configuration as they are when the page is asked for. */
final class McpServerMetrics {
    private final MeterRegistry registry;
    private final Map<String, List<Meter>> rows = new HashMap<>();
    private volatile Map<String, ServerStatus> now = Map.of();
    private @Nullable ToolCatalog tools;

    McpServerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    synchronized void register(ToolCatalog catalog) {
        tools = catalog;
        refresh();
        Gauge.builder("forebay.mcp.url.connections", catalog, ToolCatalog::urlConnections)
                .description("Servers of requests that are connected (mcp.url_connections_max)")
                .strongReference(true)
                .register(registry);
    }

    /** Takes one look at all servers, which the rows then tell; those of servers that are no more go. */
    synchronized void refresh() {
        if (tools == null) {
            return;
        }
        now = tools.status().stream().collect(Collectors.toMap(ServerStatus::server, Function.identity()));
        rows.entrySet().removeIf(server -> {
            var gone = !now.containsKey(server.getKey());
            if (gone) {
                server.getValue().forEach(registry::remove);
            }
            return gone;
        });
        now.keySet().forEach(server -> rows.computeIfAbsent(server, this::register));
    }

    private List<Meter> register(String server) {
        var registered = new ArrayList<Meter>();
        for (var state : ServerStatus.State.values()) {
            registered.add(Gauge.builder(
                            "forebay.mcp.server.state", () -> value(server, s -> s.state() == state ? 1 : 0))
                    .description("1 for the state that the server is in")
                    .tag("server", server)
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry));
        }
        registered.add(gauge(
                "forebay.mcp.tools", "Tools that the server offers, as far as they are known", server, s -> s.tools()));
        registered.add(
                gauge("forebay.mcp.calls", "Calls that the server has not answered yet", server, s -> s.calls()));
        registered.add(gauge(
                "forebay.mcp.circuit.open",
                "1 while the server is left alone because its last calls failed",
                server,
                s -> s.circuitOpen() ? 1 : 0));
        registered.add(FunctionCounter.builder(
                        "forebay.mcp.server.restarts", this, m -> m.value(server, ServerStatus::restarts))
                .description("How often the server was started or connected anew")
                .tag("server", server)
                .register(registry));
        return registered;
    }

    private Gauge gauge(String name, String description, String server, ToDoubleFunction<ServerStatus> what) {
        return Gauge.builder(name, () -> value(server, what))
                .description(description)
                .tag("server", server)
                .register(registry);
    }

    private double value(String server, ToDoubleFunction<ServerStatus> what) {
        var status = now.get(server);
        return status == null ? 0 : what.applyAsDouble(status);
    }
}
