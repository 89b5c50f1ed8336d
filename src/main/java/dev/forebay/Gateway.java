package dev.forebay;

import dev.forebay.access.FirstKeys;
import dev.forebay.access.Keys;
import dev.forebay.compute.FreePorts;
import dev.forebay.compute.Nodepool;
import dev.forebay.compute.ProcessProvider;
import dev.forebay.compute.Providers;
import dev.forebay.compute.Replica;
import dev.forebay.compute.StaticProvider;
import dev.forebay.config.ConfigException;
import dev.forebay.http.Health;
import dev.forebay.kubernetes.KubernetesProvider;
import dev.forebay.mcp.McpFolder;
import dev.forebay.mcp.McpServer;
import dev.forebay.mcp.ToolCatalog;
import dev.forebay.process.Orphans;
import dev.forebay.process.Processes;
import dev.forebay.routing.Operator;
import dev.forebay.routing.Router;
import dev.forebay.routing.Scaler;
import dev.forebay.store.DataDirectory;
import dev.forebay.store.DataDirectoryInUse;
import dev.forebay.store.Database;
import dev.forebay.store.Pepper;
import dev.forebay.store.SqlKeyStore;
import dev.forebay.store.SqlOverrides;
import dev.forebay.store.StoreException;
import dev.forebay.telemetry.Configured;
import dev.forebay.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole gateway: every room wired by hand, in the order in which they need each other, and closed in reverse. */
public final class Gateway implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final long TICK_MILLIS = 250;
    private static final long SCALE_MILLIS = 1000;

    /** A warm-up that hangs must not keep the gateway from its clients. */
    private static final Duration WARM_UP_GRACE = Duration.ofSeconds(5);

    private final Configuration configuration;
    private final Surroundings out;
    private final Health health = new Health();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private List<Front> fronts = List.of();
    private final List<McpServer> servers;
    private final FirstKeys.Ready firstKeys;
    private final Control control;
    private final int port;

    private Gateway(Configuration configuration, Surroundings out) throws InterruptedException {
        this.configuration = configuration;
        this.out = out;
        try {
            var data = opened(DataDirectory.open(configuration.data()));
            var vertx = EventLoops.start(eventLoops(), configuration.server().transport());
            open.push(() -> vertx.close().await());
            // It takes longest, so all else is done meanwhile.
            var warming = warmUp(vertx);

            this.servers = servers(configuration, out);
            var orphans = new Orphans(data.resolve("children"));
            orphans.endAll()
                    .forEach(name -> log.atWarn().addKeyValue("child", name).log("ended what a crash had left behind"));
            var processes = new Processes(out.environment(), orphans);
            var database = opened(Database.open(data.resolve("forebay.db")));
            var keys = keys(data, database);
            this.firstKeys = new FirstKeys(keys, data.path(), out.environment()).prepare();
            var telemetry = opened(new Telemetry(configured(), Main.version()));
            var router = new Router(configuration.routes(), configuration.capacities(), out.clock(), out.random());
            vertx.setPeriodic(TICK_MILLIS, _ -> router.tick());
            var scaler = startReplicas(vertx, data, processes, router, telemetry);
            var operator = new Operator(router, scaler, new SqlOverrides(database), out.clock());
            operator.restore();
            scaler.tick();
            vertx.setPeriodic(SCALE_MILLIS, _ -> scaler.tick());
            this.control = new Control(configuration, out.clock(), vertx, router, operator, telemetry.edge());
            var tools = opened(new ToolCatalog(
                    configuration.mcp(),
                    servers,
                    processes,
                    vertx,
                    out.self(),
                    data.path(),
                    out.nanos(),
                    out.random(),
                    telemetry.mcp()));
            telemetry.watch(tools);
            tools.start();
            this.port = listen(
                    vertx, Front.Parts.of(configuration, out, keys, router, telemetry, tools, health, control::addTo));
            if (!warming.join(
                    Duration.ofMillis(configuration.server().warmUpMillis()).plus(WARM_UP_GRACE))) {
                warming.interrupt();
            }
            data.announce(baseUrl());
            health.ready();
        } catch (RuntimeException | InterruptedException e) {
            closeAll();
            throw e;
        }
    }

    /**
     * Returns once requests are accepted; replicas and MCP servers may still be starting, their requests wait.
     *
     * @throws StartFailure if it cannot start for a reason that the user can mend
     */
    static Gateway start(Configuration configuration, Surroundings out) throws InterruptedException {
        try {
            return new Gateway(configuration, out);
        } catch (DataDirectoryInUse | StoreException | IllegalArgumentException | UncheckedIOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The MCP servers of the configured folder, enabled or not.
     *
     * @throws ConfigException if one of their files is wrong, or if a model names a server that is not among them
     */
    static List<McpServer> servers(Configuration configuration, Surroundings out) {
        var servers = McpFolder.read(configuration.mcp().folder(), out.environment()::get);
        configuration.needServers(servers.stream().map(McpServer::id).toList());
        return servers;
    }

    URI baseUrl() {
        var host = configuration.server().host();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/v1");
    }

    FirstKeys.Ready firstKeys() {
        return firstKeys;
    }

    /** The MCP servers that are in use, sorted by id. */
    List<String> mcpServers() {
        return servers.stream()
                .filter(server -> server.file().enabled())
                .map(McpServer::id)
                .toList();
    }

    /** Event loops that serve clients. */
    int eventLoopsInUse() {
        return (int) fronts.stream().map(Front::loop).distinct().count();
    }

    /** Requests that are being served now and may take long to end. */
    int activeRequests() {
        return fronts.stream().mapToInt(Front::active).sum() - control.listeners();
    }

    /** Ends every request at once: for a shutdown that takes too long. */
    void hurry() {
        fronts.forEach(Front::abortAll);
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(configuration.shutdown().drainSeconds()));
    }

    /** Not ready from now on; what runs is given that time; then the rest is ended and told so. Blocks. */
    void close(Duration patience) {
        health.stopping();
        control.close();
        Future.all(fronts.stream().map(front -> front.drain(patience)).toList()).await();
        closeAll();
    }

    private Keys keys(DataDirectory data, Database database) {
        var keys = new Keys(
                new SqlKeyStore(database), Pepper.open(data, database, out.random()), out.clock(), out.random());
        keys.load();
        return keys;
    }

    private Scaler startReplicas(
            Vertx vertx, DataDirectory data, Processes processes, Router router, Telemetry telemetry) {
        var providers = opened(new Providers(
                new StaticProvider(),
                new ProcessProvider(
                        processes, out.self(), vertx, data.path(), out.clock(), out.nanos(), new FreePorts()),
                new KubernetesProvider(out.clock(), out.nanos())));
        Consumer<Replica> changes = replica -> {
            router.changed(replica);
            telemetry.replicas().accept(replica);
        };
        var scaled = new LinkedHashMap<String, Nodepool>();
        for (var nodepool : configuration.nodepools()) {
            if (nodepool.isScalable()) {
                scaled.put(nodepool.id(), nodepool);
                providers.watch(nodepool, changes);
            } else {
                providers.startAll(nodepool, changes);
            }
        }
        // Closed before the providers are: else it would start anew what they end.
        return opened(new Scaler(router, new ProviderControl(providers, scaled, changes), out.clock()));
    }

    private int listen(Vertx vertx, Front.Parts parts) {
        var wanted = configuration.server().port();
        // Below zero, Vert.x gives all event loops the same free port.
        fronts = EventLoops.contexts(vertx).stream()
                .map(context -> new Front(vertx, context, parts, wanted == 0 ? -1 : wanted))
                .toList();
        open.push(() -> Future.join(fronts.stream().map(Front::stop).toList()).await());
        try {
            return Future.all(fronts.stream().map(Front::start).toList())
                    .map(all -> all.<Integer>resultAt(0))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new StartFailure(
                    "cannot listen at " + configuration.server().host() + ":" + wanted + " ("
                            + reason(e) + "); end what listens there, or choose another port with"
                            + " --port or server.port",
                    e);
        }
    }

    private static String reason(CompletionException e) {
        var cause = e.getCause();
        return String.valueOf((cause == null ? e : cause).getMessage());
    }

    private Thread warmUp(Vertx vertx) {
        var time = Duration.ofMillis(configuration.server().warmUpMillis());
        var warming = Thread.ofVirtual()
                .name("warm-up")
                .uncaughtExceptionHandler((_, e) -> {
                    if (!(e instanceof InterruptedException)) {
                        log.atWarn().setCause(e).log("warm-up failed");
                    }
                })
                .start(() -> WarmUp.run(vertx, out, time));
        open.push(() -> {
            warming.interrupt();
            warming.join();
        });
        return warming;
    }

    private int eventLoops() {
        var configured = configuration.server().eventLoops();
        return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
    }

    private Configured configured() {
        return Configured.of(
                configuration.models().stream()
                        .map(Configuration.ModelSettings::id)
                        .toList(),
                configuration.nodepools().stream().map(Nodepool::id).toList(),
                mcpServers());
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    private void closeAll() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                // The others are to be closed all the same.
                log.atWarn().setCause(e).log("closing failed");
            }
        }
    }
}
