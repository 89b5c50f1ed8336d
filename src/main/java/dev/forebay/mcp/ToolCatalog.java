package dev.forebay.mcp;

import dev.forebay.access.Caller;
import dev.forebay.agent.Tools;
import dev.forebay.chat.ModelFailure;
import dev.forebay.config.Nearest;
import dev.forebay.mcp.OpenedTools.Target;
import dev.forebay.process.Processes;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * All MCP servers as one source of tools: those of the configuration, started by {@link #start} and kept up, and those
 * that requests bring along. Thread-safe.
 */
public final class ToolCatalog implements Tools, AutoCloseable {
    private final ConfiguredServers configured;
    private final UrlServers urls;
    private final Connectors connectors;
    private final Vertx vertx;
    private final LongSupplier nanos;
    private final Duration closePatience;
    private final long sweepMillis;
    private volatile boolean closed;
    private long sweep = -1;

    /**
     * @param servers as {@link McpFolder} read them
     * @param self this program's own command, to which {@code serve-mcp} and names of bundled servers are added
     * @param data folder where bundled servers keep what they store
     * @param nanos a clock for spans of time
     * @param random spreads retries; used under a lock
     */
    public ToolCatalog(
            McpSettings settings,
            List<McpServer> servers,
            Processes processes,
            Vertx vertx,
            List<String> self,
            Path data,
            LongSupplier nanos,
            RandomGenerator random,
            McpObserver observer) {
        this.vertx = vertx;
        this.nanos = nanos;
        this.connectors = new Connectors(settings, processes, vertx, nanos, random, observer);
        this.configured = new ConfiguredServers(settings, servers, connectors, self, data, observer);
        this.urls = new UrlServers(settings, connectors);
        this.closePatience = Duration.ofSeconds(3L * settings.stopSeconds() + 2);
        this.sweepMillis = Math.max(1000, settings.urlIdleSeconds() * 250L);
    }

    /** Starts the configured servers in the background. Returns at once. */
    public void start() {
        configured.start();
        sweep = vertx.setPeriodic(sweepMillis, _ -> urls.closeIdle());
    }

    /** The configured servers, sorted by name. */
    public List<ServerStatus> status() {
        return configured.status();
    }

    /** Servers of requests that are connected or have been lately. */
    public int urlConnections() {
        return urls.size();
    }

    @Override
    public Toolbox open(List<Source> sources, Caller caller) throws InterruptedException {
        if (closed) {
            throw new ModelFailure.ShuttingDown();
        }
        var wanted = merge(sources);
        var targets = new LinkedHashMap<String, Target>();
        for (var source : wanted.values()) {
            targets.put(source.label(), target(source));
        }
        var tools = new ArrayList<Tool>();
        var unavailable = new ArrayList<Unavailable>();
        for (var offer : offers(wanted, targets)) {
            tools.addAll(offer.tools());
            unavailable.addAll(offer.unavailable());
        }
        tools.sort(Comparator.comparing(Tool::server).thenComparing(Tool::name));
        return new OpenedTools(tools, unavailable, targets);
    }

    /** A server that is named twice, by the model and by the request, is taken once, with the tools of both. */
    private static Map<String, Source> merge(List<Source> sources) {
        var byLabel = new LinkedHashMap<String, Source>();
        for (var source : sources) {
            var other = byLabel.get(source.label());
            if (other == null) {
                byLabel.put(source.label(), source);
            } else if (other.server().equals(source.server()) && other.headers().equals(source.headers())) {
                var allowed = new HashSet<String>();
                if (!other.allowed().isEmpty() && !source.allowed().isEmpty()) {
                    allowed.addAll(other.allowed());
                    allowed.addAll(source.allowed());
                }
                byLabel.put(
                        source.label(),
                        new Source(source.server(), source.label(), allowed, source.headers(), source.param()));
            } else {
                throw new ModelFailure.BadRequest(
                        "two MCP servers are called \"" + Failures.cut(source.label()) + "\"; give them other labels",
                        source.param(),
                        "duplicate_mcp_server");
            }
        }
        return byLabel;
    }

    private Target target(Source source) {
        if (UrlServers.isUrl(source.server())) {
            var url = urls.check(source);
            return () -> urls.server(url, source.headers());
        }
        return configured.target(source.server()).orElseThrow(() -> unknown(source));
    }

    private ModelFailure.BadRequest unknown(Source source) {
        // Comparing takes time with the length, which is the client's to choose.
        var name = Failures.cut(source.server());
        return new ModelFailure.BadRequest(
                "there is no MCP server \"" + name + "\"" + Nearest.hint(name, configured.names()),
                source.param(),
                "unknown_mcp_server");
    }

    private record Offer(List<Tool> tools, List<Unavailable> unavailable) {}

    /** Servers that have their list at hand answer here; only what must be waited for gets threads of its own. */
    private static List<Offer> offers(Map<String, Source> wanted, Map<String, Target> targets)
            throws InterruptedException {
        var offers = new ArrayList<Offer>();
        var slow = new ArrayList<Callable<Offer>>();
        for (var source : wanted.values()) {
            var target = targets.get(source.label());
            if (target == null) {
                throw new IllegalStateException("no target for " + source.label());
            }
            if (isReady(target)) {
                offers.add(offer(source, target));
            } else {
                slow.add(() -> offer(source, target));
            }
        }
        if (!slow.isEmpty()) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var offer : threads.invokeAll(slow)) {
                    offers.add(result(offer));
                }
            }
        }
        return offers;
    }

    private static boolean isReady(Target target) {
        try {
            return target.server().isReady();
        } catch (ToolFailure _) {
            return false;
        }
    }

    private static Offer result(Future<Offer> offer) throws InterruptedException {
        try {
            return offer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ModelFailure failure) {
                throw failure;
            }
            throw new IllegalStateException("listing tools failed", e);
        }
    }

    private static Offer offer(Source source, Target target) throws InterruptedException {
        try {
            var server = target.server();
            try {
                return new Offer(tools(source, server), List.of());
            } catch (ToolFailure e) {
                if (server.file().required()) {
                    throw new ModelFailure.Broken(
                            "the MCP server \"" + source.label() + "\" is required: " + e.getMessage(), e);
                }
                throw e;
            }
        } catch (ToolFailure e) {
            return new Offer(List.of(), List.of(new Unavailable(source.label(), String.valueOf(e.getMessage()))));
        }
    }

    private static List<Tool> tools(Source source, Server server) throws ToolFailure, InterruptedException {
        var file = server.file();
        return server.tools().stream()
                .filter(tool -> source.allowed().isEmpty() || source.allowed().contains(tool.name()))
                .map(tool -> new Tool(
                        source.label(),
                        tool.name(),
                        tool.description(),
                        tool.inputSchema(),
                        file.trusted() && tool.readOnlyHint(),
                        file.serial(),
                        file.toolTimeout(tool.name()).map(Seconds::duration)))
                .toList();
    }

    /** Ends all connections and processes, at once and within a bounded time. */
    @Override
    public void close() {
        closed = true;
        if (sweep >= 0) {
            vertx.cancelTimer(sweep);
        }
        var links = new ArrayList<Link>(configured.links());
        links.addAll(urls.stop());
        Closing.closeAll(links, closePatience, nanos);
        connectors.close();
    }
}
