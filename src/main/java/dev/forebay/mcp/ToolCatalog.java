package dev.forebay.mcp;

import dev.forebay.access.Caller;
import dev.forebay.agent.Tools;
import dev.forebay.chat.ModelFailure;
import dev.forebay.process.Processes;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All MCP servers as one source of tools: those of the configuration, started by {@link #start} and kept up, and those
 * that requests bring along. What is configured may change while requests run: each keeps the servers that it opened.
 * Thread-safe.
 */
public final class ToolCatalog implements Tools, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ToolCatalog.class);

    /** What a configuration that was replaced still serves. */
    @FunctionalInterface
    public interface Leaving {
        /**
         * Ends the processes and sessions that only requests of before could use, in the background. Returns at once; a
         * second call does nothing.
         */
        void end();
    }

    private final Processes processes;
    private final Vertx vertx;
    private final List<String> self;
    private final Path data;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final McpObserver observer;
    /** Guarded by this, as the threads are. */
    private final Rosters rosters = new Rosters();

    private final List<Thread> ending = new ArrayList<>();
    private volatile Roster now;
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
        this.processes = processes;
        this.vertx = vertx;
        this.self = List.copyOf(self);
        this.data = data;
        this.nanos = nanos;
        this.random = random;
        this.observer = observer;
        this.now = roster(settings, servers, Optional.empty());
        rosters.began(now);
    }

    private Roster roster(McpSettings settings, List<McpServer> servers, Optional<Roster> before) {
        var alike = before.filter(b -> b.settings().runsServersLike(settings));
        var connectors = alike.map(Roster::connectors)
                .orElseGet(() -> new Connectors(
                        settings, processes, vertx, nanos, new SplittableRandom(random.nextLong()), observer));
        var configured = new ConfiguredServers(
                settings, servers, alike.map(Roster::configured), connectors, self, data, this::changed);
        var urls = before.filter(b -> b.settings().equals(settings))
                .map(Roster::urls)
                .orElseGet(() -> new UrlServers(settings, connectors));
        return new Roster(settings, connectors, configured, urls);
    }

    /** Starts the configured servers in the background. Returns at once. */
    public void start() {
        now.configured().start();
        synchronized (this) {
            sweepAnew();
        }
    }

    /**
     * Replaces the configuration. Servers whose files are the same go on as they are, unless settings have changed that
     * all of them run by. New and changed ones are started in the background, a changed one beside the one that it
     * replaces. Requests that open their tools from now on get the new servers only; those that have opened them, or do
     * so by {@link #asConfigured} of before, keep the old ones until the end of what this returns. Returns at once.
     */
    public Leaving configure(McpSettings settings, List<McpServer> servers) {
        Roster before;
        Roster next;
        synchronized (this) {
            if (closed) {
                return () -> {};
            }
            before = now;
            var links = rosters.links();
            next = roster(settings, servers, Optional.of(before));
            now = next;
            rosters.began(next);
            links.forEach((server, link) -> {
                if (!rosters.link(server).equals(Optional.of(link))) {
                    // What takes its place is not up yet.
                    observer.serverChanged(server, false);
                }
            });
            sweepAnew();
        }
        for (var server : before.configured().servers()) {
            if (!next.configured().server(server.name()).equals(Optional.of(server))) {
                log.atInfo()
                        .addKeyValue("server", server.name())
                        .log("mcp server was removed or changed; requests of before may still use the old one");
            }
        }
        next.configured().start();
        return () -> end(before);
    }

    private void sweepAnew() {
        vertx.cancelTimer(sweep);
        sweep = vertx.setPeriodic(Math.max(1000, now.settings().urlIdleSeconds() * 250L), _ -> closeIdle());
    }

    private void closeIdle() {
        urls().forEach(UrlServers::closeIdle);
    }

    private synchronized Set<UrlServers> urls() {
        return rosters.urls();
    }

    /** A server that has taken the place of another speaks for both. */
    private synchronized void changed(String server, Link link, boolean up) {
        if (rosters.link(server).equals(Optional.of(link))) {
            observer.serverChanged(server, up);
        }
    }

    private synchronized void end(Roster roster) {
        if (closed || !rosters.ended(roster)) {
            return;
        }
        for (var server : roster.configured().servers()) {
            if (rosters.link(server.name()).isEmpty()) {
                observer.serverChanged(server.name(), false);
            }
        }
        var others = rosters.all();
        ending.removeIf(thread -> !thread.isAlive());
        ending.add(Thread.ofVirtual().name("mcp servers end").start(() -> close(roster, others)));
    }

    /** Closes what a roster has for itself alone. */
    private void close(Roster roster, List<Roster> others) {
        var links = new ArrayList<>(roster.configured().links());
        others.forEach(other -> links.removeAll(other.configured().links()));
        if (others.stream().noneMatch(other -> other.urls().equals(roster.urls()))) {
            links.addAll(roster.urls().stop());
        }
        Closing.closeAll(links, roster.closePatience(), nanos);
        if (others.stream().noneMatch(other -> other.connectors().equals(roster.connectors()))) {
            roster.connectors().close();
        }
    }

    /**
     * The configured servers, sorted by name. One that was removed is among them until the requests of before have ended;
     * of one that was changed it is the new one.
     */
    public synchronized List<ServerStatus> status() {
        return rosters.status();
    }

    /** Servers of requests that are connected or have been lately. */
    public int urlConnections() {
        return urls().stream().mapToInt(UrlServers::size).sum();
    }

    @Override
    public Toolbox open(List<Source> sources, Caller caller) throws InterruptedException {
        return open(now, sources, caller);
    }

    /**
     * The tools of the present configuration, whatever is configured later: for requests that keep to the configuration
     * that they began with. Once that has left and come to its end, its servers cannot be reached.
     */
    public Tools asConfigured() {
        var roster = now;
        return (sources, caller) -> open(roster, sources, caller);
    }

    private Toolbox open(Roster roster, List<Source> sources, Caller caller) throws InterruptedException {
        if (closed) {
            throw new ModelFailure.ShuttingDown();
        }
        return roster.open(sources, caller);
    }

    /** Ends all connections and processes, at once and within a bounded time. */
    @Override
    public void close() {
        List<Roster> all;
        List<Thread> begun;
        synchronized (this) {
            closed = true;
            vertx.cancelTimer(sweep);
            all = rosters.all();
            begun = List.copyOf(ending);
        }
        var links = new LinkedHashSet<Link>();
        var patience = Duration.ZERO;
        for (var roster : all) {
            links.addAll(roster.configured().links());
            links.addAll(roster.urls().stop());
            patience = patience.compareTo(roster.closePatience()) < 0 ? roster.closePatience() : patience;
        }
        Closing.closeAll(links, patience, nanos);
        Closing.await(begun, patience, nanos);
        all.forEach(roster -> roster.connectors().close());
    }
}
