package dev.forebay;

import dev.forebay.access.FirstKeys;
import dev.forebay.access.Keys;
import dev.forebay.compute.FreePorts;
import dev.forebay.compute.ProcessProvider;
import dev.forebay.compute.Providers;
import dev.forebay.compute.StaticProvider;
import dev.forebay.http.Health;
import dev.forebay.kubernetes.KubernetesProvider;
import dev.forebay.mcp.ToolCatalog;
import dev.forebay.process.Orphans;
import dev.forebay.process.Processes;
import dev.forebay.routing.Operator;
import dev.forebay.routing.Router;
import dev.forebay.store.DataDirectory;
import dev.forebay.store.DataDirectoryInUse;
import dev.forebay.store.Database;
import dev.forebay.store.Pepper;
import dev.forebay.store.SqlKeyStore;
import dev.forebay.store.SqlOverrides;
import dev.forebay.store.StoreException;
import dev.forebay.telemetry.Telemetry;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole gateway: every room wired by hand, in the order in which they need each other, and closed in reverse. */
public final class Gateway implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final long TICK_MILLIS = 250;
    private static final long SCALE_MILLIS = 1000;

    /** After which processes of a gateway that crashed, which no replica has taken over, are ended. */
    private static final long ADOPTION_MILLIS = 60_000;

    /** A warm-up that hangs must not keep the gateway from its clients. */
    private static final Duration WARM_UP_GRACE = Duration.ofSeconds(5);

    private final Surroundings out;
    private final Health health = new Health();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Vertx vertx;
    private final Telemetry telemetry;
    private final NamesInUse names;
    private final Router router;
    private final Compute compute;
    private final ToolCatalog tools;
    private final Lasting lasting;
    private final Fronts fronts;
    private final Reloading reloading;
    private final Operator operator;
    private final FirstKeys.Ready firstKeys;
    private final Control control;
    private final int port;

    private Gateway(Supplier<Loaded> source, Surroundings out) throws InterruptedException {
        this.out = out;
        var loaded = source.get();
        var configuration = loaded.configuration();
        try {
            var data = opened(DataDirectory.open(configuration.data()));
            Fronts.needFree(
                    configuration.server().host(), configuration.server().port());
            this.vertx = EventLoops.start(
                    eventLoops(configuration), configuration.server().transport());
            open.push(() -> vertx.close().await());
            // It takes longest, so all else is done meanwhile.
            var patience = Duration.ofMillis(configuration.server().warmUpMillis());
            var warming = warmUp(patience);

            var processes = new Processes(out.environment(), new Orphans(data.resolve("children")));
            var database = opened(Database.open(data.resolve("forebay.db")));
            var keys = keys(data, database);
            this.firstKeys = new FirstKeys(keys, data.path(), out.environment()).prepare();
            this.telemetry = opened(new Telemetry(loaded.names(), Main.version()));
            this.names = new NamesInUse(telemetry, loaded.names());
            this.reloading = new Reloading(source, loaded, this::goOnBy, telemetry.reloads(), out.clock());
            this.router = new Router(configuration.routes(), configuration.capacities(), out.clock(), out.random());
            vertx.setPeriodic(TICK_MILLIS, _ -> router.tick());
            this.compute = compute(data, processes);
            this.operator = new Operator(router, compute.scaler(), new SqlOverrides(database), out.clock());
            compute.configure(configuration.nodepools());
            operator.restore();
            compute.tick();
            vertx.setPeriodic(SCALE_MILLIS, _ -> compute.tick());
            this.control =
                    new Control(this::configuration, out.clock(), vertx, router, operator, reloading, telemetry.edge());
            this.tools = opened(new ToolCatalog(
                    configuration.mcp(),
                    loaded.servers(),
                    processes,
                    vertx,
                    out.self(),
                    data.path(),
                    out.nanos(),
                    out.random(),
                    telemetry.mcp()));
            telemetry.watch(tools);
            tools.start();
            this.lasting = Lasting.of(configuration, out, keys, router, telemetry, health, control::addTo);
            this.fronts = opened(new Fronts(
                    vertx,
                    lasting,
                    lasting.serving(configuration, tools.asConfigured()),
                    configuration.server().host(),
                    configuration.server().port()));
            this.port = fronts.listen();
            if (!warming.join(patience.plus(WARM_UP_GRACE))) {
                warming.interrupt();
            }
            data.announce(baseUrl());
            health.ready();
        } catch (RuntimeException | InterruptedException e) {
            closeAll();
            throw e;
        }
    }

    /** One that keeps its configuration, whatever becomes of the file. */
    static Gateway start(Configuration configuration, Surroundings out) throws InterruptedException {
        return start(() -> configuration, out);
    }

    /**
     * Returns once requests are accepted; replicas and MCP servers may still be starting, their requests wait.
     *
     * @param source reads the configuration, now and at each reload
     * @throws StartFailure if it cannot start for a reason that the user can mend
     */
    static Gateway start(Supplier<Configuration> source, Surroundings out) throws InterruptedException {
        try {
            return new Gateway(() -> Loaded.of(source.get(), out), out);
        } catch (DataDirectoryInUse | StoreException | IllegalArgumentException | UncheckedIOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    URI baseUrl() {
        var host = configuration().server().host();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/v1");
    }

    /** In effect now. */
    Configuration configuration() {
        return reloading.loaded().configuration();
    }

    FirstKeys.Ready firstKeys() {
        return firstKeys;
    }

    /** The MCP servers that are in use, sorted by id. */
    List<String> mcpServers() {
        return reloading.loaded().serversInUse();
    }

    Fronts fronts() {
        return fronts;
    }

    Reloading reloading() {
        return reloading;
    }

    /** Requests that are being served now and may take long to end. */
    int activeRequests() {
        return fronts.activeRequests() - control.listeners();
    }

    /** In the order in which nothing is asked for that is not there yet; what is gone stays for those who hold it. */
    private void goOnBy(Loaded next) {
        var configuration = next.configuration();
        var before = reloading.loaded().names();
        names.add(next.names());
        var leavingRoutes = router.configure(configuration.routes(), configuration.capacities());
        compute.configure(configuration.nodepools());
        operator.restore();
        compute.tick();
        var leavingTools = tools.configure(configuration.mcp(), next.servers());
        fronts.serve(lasting.serving(configuration, tools.asConfigured())).await();
        new Departure(
                        vertx,
                        List.of(leavingRoutes::end, compute::endRemoved, leavingTools::end, () -> names.remove(before)))
                .after(fronts.whenThoseOpenNowHaveEnded());
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(configuration().shutdown().drainSeconds()));
    }

    /** Not ready from now on; what runs is given that time; then the rest is ended and told so. Blocks. */
    void close(Duration patience) {
        health.stopping();
        control.close();
        fronts.drain(patience).await();
        closeAll();
    }

    private Keys keys(DataDirectory data, Database database) {
        var keys = new Keys(
                new SqlKeyStore(database), Pepper.open(data, database, out.random()), out.clock(), out.random());
        keys.load();
        return keys;
    }

    private Compute compute(DataDirectory data, Processes processes) {
        var replicas = new ProcessProvider(
                processes, out.self(), vertx, data.path(), out.clock(), out.nanos(), new FreePorts());
        tellEnded(replicas.expect(configuration().nodepools()));
        var _ = vertx.setTimer(ADOPTION_MILLIS, _ -> Thread.startVirtualThread(() -> tellEnded(replicas.endLeft())));
        var providers = new Providers(
                new StaticProvider(vertx, out.clock()), replicas, new KubernetesProvider(out.clock(), out.nanos()));
        return opened(new Compute(providers, router, telemetry.replicas(), out.clock()));
    }

    private static void tellEnded(List<String> children) {
        children.forEach(name -> log.atWarn().addKeyValue("child", name).log("ended what a crash had left behind"));
    }

    private Thread warmUp(Duration time) {
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

    private static int eventLoops(Configuration configuration) {
        var configured = configuration.server().eventLoops();
        return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
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
