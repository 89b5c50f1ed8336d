package dev.forebay.telemetry;

import dev.forebay.agent.InMemoryContinuations;
import dev.forebay.agent.RunMemory;
import dev.forebay.agent.RunObserver;
import dev.forebay.chat.TurnObserver;
import dev.forebay.compute.Replica;
import dev.forebay.control.ReloadObserver;
import dev.forebay.http.BodyMemory;
import dev.forebay.http.EdgeObserver;
import dev.forebay.http.MetricsPage;
import dev.forebay.mcp.McpObserver;
import dev.forebay.mcp.ToolCatalog;
import dev.forebay.routing.Router;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Metrics and request log of one gateway: hands out the observers that feed them, and the page that shows them. Every
 * label takes its values from a closed or bounded set. Observers may be called on any thread and never block.
 */
public final class Telemetry implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RuntimeMetrics runtime = new RuntimeMetrics(registry);
    private final NodepoolMetrics nodepools = new NodepoolMetrics(registry);
    private final McpServerMetrics servers = new McpServerMetrics(registry);
    private final MemoryMetrics memory = new MemoryMetrics(registry);
    private final ReloadMetrics reloads = new ReloadMetrics(registry);
    private final TurnObserver turns;
    private final RunObserver runs;
    private final McpMetrics mcp;
    private final Rows rows;
    private final EdgeObserver edge;

    /** @param version of this program */
    public Telemetry(Configured configured, String version) {
        this(configured, version, new RequestLog());
    }

    private Telemetry(Configured configured, String version, Consumer<RequestSummary> log) {
        var names = new Names(configured);
        var ofRequests = new RequestMetrics(registry, names);
        var ofTurns = new TurnMetrics(registry, names);
        var ofRuns = new RunMetrics(registry, names);
        var outcomes = List.of(ofRequests, log);
        var book = new RequestBook(summary -> Observers.each(outcomes, each -> each.accept(summary)));
        var gate = new EdgeMetrics(registry);
        turns = Observers.turns(List.of(ofTurns, book));
        runs = Observers.runs(List.of(ofRuns, book));
        mcp = new McpMetrics(registry, names, configured.mcpServers());
        rows = new Rows(registry, names, List.of(ofRequests, ofTurns, ofRuns, mcp));
        edge = new EdgeObserver() {
            @Override
            public void authFailed(AuthFailure reason) {
                gate.authFailed(reason);
            }

            @Override
            public void limitRejected(Limit limit) {
                gate.limitRejected(limit);
            }

            @Override
            public Runnable streamBegan(LongSupplier unreadBytes) {
                return gate.streamBegan(unreadBytes);
            }

            @Override
            public void streamAborted(Abort reason) {
                gate.streamAborted(reason);
            }

            @Override
            public void requestEnded(RequestEnd end) {
                book.requestEnded(end);
            }
        };
        Gauge.builder("forebay.build.info", () -> 1)
                .description("The version that runs")
                .tag("version", version)
                .register(registry);
        FunctionCounter.builder("forebay.log.dropped", this, _ -> Logs.dropped())
                .description("Log lines that were given up because the output was too slow")
                .register(registry);
    }

    /** One that counts for itself and logs no requests: for traffic that is to leave no trace, such as a warm-up's. */
    public static Telemetry unseen(Configured configured) {
        return new Telemetry(configured, "warm-up", _ -> {});
    }

    /**
     * Replaces the names that labels may take. Rows of names that are gone are no longer shown; the counts of all others
     * go on. While requests of an earlier configuration still run, its names are to be among them.
     */
    public synchronized void configure(Configured configured) {
        mcp.replace(configured.mcpServers());
        rows.replace(configured);
    }

    public TurnObserver turns() {
        return turns;
    }

    public RunObserver runs() {
        return runs;
    }

    public McpObserver mcp() {
        return mcp;
    }

    public EdgeObserver edge() {
        return edge;
    }

    public ReloadObserver reloads() {
        return reloads;
    }

    /** To hear of each state of each replica, beside the router. */
    public Consumer<Replica> replicas() {
        return nodepools;
    }

    /** Shows how full it is. */
    public void watch(BodyMemory bodies) {
        memory.register(bodies);
    }

    /** Shows how full they are. */
    public void watch(InMemoryContinuations continuations) {
        memory.register(continuations);
    }

    /** Shows how much of it is taken. */
    public void watch(RunMemory runs) {
        memory.register(runs);
    }

    /** Shows the state of each server whenever the page is asked for. */
    public void watch(ToolCatalog tools) {
        servers.register(tools);
    }

    /** @param router whose deployments are looked at whenever the page is asked for */
    public MetricsPage page(Router router) {
        nodepools.refresh(router);
        return () -> {
            runtime.register();
            nodepools.refresh(router);
            servers.refresh();
            refreshRows();
            return registry.scrape();
        };
    }

    private synchronized void refreshRows() {
        rows.refresh();
    }

    @Override
    public void close() {
        runtime.close();
        registry.close();
    }
}
