package dev.forebay.mcp;

import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.mcp.ServerStatus.State;
import dev.forebay.process.CommandMissing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The link to a configured server: brought up at once and again whenever it goes down, with growing pauses, and within a
 * budget of starts if it is a process. One virtual thread does all that.
 */
final class SupervisedLink implements Link {
    private static final Logger log = LoggerFactory.getLogger(SupervisedLink.class);

    /**
     * What the supervision of one server goes by.
     *
     * @param isProcess true if each attempt starts a process, which counts against the budget of starts
     */
    record Rules(
            Duration listTimeout, Duration toolsTtl, boolean isProcess, int restartsMax, Duration restartsWindow) {}

    /** Told when the server is up and when it no longer is, unless it was closed; must not block for long. */
    @FunctionalInterface
    interface Listener {
        void changed(Link link, boolean up);
    }

    private final String server;
    private final Connector connector;
    private final Rules rules;
    private final LongSupplier nanos;
    private final Listener listener;
    private final Backoff backoff;
    private final RestartBudget budget;
    private final LinkState state;
    private String lastFailure = "";
    private boolean rested;
    private @Nullable Thread supervisor;

    SupervisedLink(
            String server,
            Connector connector,
            Rules rules,
            LongSupplier nanos,
            RandomGenerator random,
            Listener listener) {
        this.server = server;
        this.connector = connector;
        this.rules = rules;
        this.nanos = nanos;
        this.listener = listener;
        this.state = new LinkState(server);
        this.backoff = new Backoff(random);
        this.budget = new RestartBudget(rules.restartsMax(), rules.restartsWindow());
    }

    synchronized void start() {
        if (supervisor == null && state() != State.CLOSED) {
            supervisor = Thread.ofVirtual().name(server + " supervisor").start(this::supervise);
        }
    }

    private void supervise() {
        try {
            while (state() != State.CLOSED) {
                var opened = attempt();
                if (opened != null) {
                    serve(opened);
                }
                pause();
            }
        } catch (InterruptedException _) {
            log.atTrace().addKeyValue("server", server).log("supervision stopped");
        }
    }

    private @Nullable Live attempt() throws InterruptedException {
        var startedAt = nanos.getAsLong();
        try {
            var connection = connector.open();
            try {
                var tools = new ToolCache(server, connection, rules.listTimeout(), rules.toolsTtl(), nanos);
                connection.onToolsChanged(tools::changed);
                tools.tools();
                budget.started(startedAt);
                return new Live(connection, tools);
            } catch (ToolFailure | InterruptedException e) {
                connection.close();
                throw e;
            }
        } catch (ToolFailure e) {
            if (!(e.getCause() instanceof CommandMissing)) {
                budget.started(startedAt);
            }
            failed(
                    String.valueOf(e.getMessage()),
                    e.getCause() instanceof CommandMissing missing
                            ? "; the PATH is " + missing.path()
                            : LastWords.behind(e));
            return null;
        } catch (RuntimeException e) {
            // The supervisor must outlive whatever goes wrong below it: nobody else would start the server again.
            budget.started(startedAt);
            log.atError().addKeyValue("server", server).setCause(e).log("starting an mcp server failed unexpectedly");
            failed(server + " cannot be started", ": " + e);
            return null;
        }
    }

    private void failed(String why, String more) {
        state.become(State.DOWN, why, more, null);
        if (!reason().equals(lastFailure)) {
            lastFailure = reason();
            log.atWarn()
                    .addKeyValue("server", server)
                    .addKeyValue("reason", lastFailure)
                    .log("mcp server cannot be started");
        }
    }

    private void serve(Live opened) throws InterruptedException {
        var upAt = nanos.getAsLong();
        try {
            if (!state.become(State.UP, "", "", opened)) {
                return;
            }
            log.atInfo()
                    .addKeyValue("server", server)
                    .addKeyValue("transport", opened.connection().transport())
                    .addKeyValue("protocol", opened.connection().protocolVersion())
                    .addKeyValue("tools", opened.tools().known().size())
                    .log("mcp server ready");
            listener.changed(this, true);
            var why = opened.connection().gone().get();
            state.become(State.RESTARTING, server + " was lost", ": it " + why, null);
            listener.changed(this, false);
            log.atWarn()
                    .addKeyValue("server", server)
                    .addKeyValue("reason", why)
                    .log("mcp server lost");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a connection has no failure", e);
        } finally {
            opened.connection().close();
        }
        if (nanos.getAsLong() - upAt > rules.restartsWindow().toNanos()) {
            rested = false;
            backoff.reset();
        }
    }

    private void pause() throws InterruptedException {
        var rest = rules.isProcess() ? budget.restNanos(nanos.getAsLong()) : 0;
        if (rest > 0) {
            // Once is enough until it has been well again: it may rest for days.
            log.atLevel(rested ? Level.DEBUG : Level.WARN)
                    .addKeyValue("server", server)
                    .addKeyValue("starts", rules.restartsMax())
                    .log("mcp server rests: it was started too often (mcp.restarts_max)");
            var often = "started " + rules.restartsMax() + " times within "
                    + rules.restartsWindow().toSeconds() + " s, now resting; ";
            state.become(State.DOWN, often + state.brief(), state.details(), null);
            rested = true;
            backoff.reset();
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(rest, TimeUnit.MILLISECONDS.toNanos(backoff.nextMillis())));
        state.countRestart();
    }

    @Override
    public Optional<Live> now() {
        return Optional.ofNullable(state.standing());
    }

    @Override
    public Live live(Duration patience) throws ToolFailure, InterruptedException {
        return state.await(patience);
    }

    @Override
    public void drop(McpConnection connection, String why) {
        if (now().filter(current -> current.connection().equals(connection)).isPresent()) {
            log.atWarn()
                    .addKeyValue("server", server)
                    .addKeyValue("reason", why)
                    .log("mcp connection dropped");
            connection.gone().complete(why);
        }
    }

    @Override
    public boolean isHopeful() {
        return state() != State.DOWN && state() != State.CLOSED;
    }

    @Override
    public State state() {
        return state.state();
    }

    @Override
    public String reason() {
        return state.reason();
    }

    @Override
    public int restarts() {
        return state.restarts();
    }

    @Override
    public void close() throws InterruptedException {
        Thread running;
        synchronized (this) {
            state.become(State.CLOSED, "closed", "", null);
            running = supervisor;
        }
        if (running != null) {
            running.interrupt();
            running.join();
        }
    }
}
