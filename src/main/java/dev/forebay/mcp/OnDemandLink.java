package dev.forebay.mcp;

import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.mcp.ServerStatus.State;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The link to a server that a request brought along: connected by whoever needs it first, closed when idle. */
final class OnDemandLink implements Link {
    private final String server;
    private final Connector connector;
    private final Duration listTimeout;
    private final Duration toolsTtl;
    private final LongSupplier nanos;
    private final ReentrantLock connecting = new ReentrantLock();
    private volatile @Nullable Live live;
    private volatile boolean closed;
    private final AtomicInteger connections = new AtomicInteger();

    OnDemandLink(String server, Connector connector, Duration listTimeout, Duration toolsTtl, LongSupplier nanos) {
        this.server = server;
        this.connector = connector;
        this.listTimeout = listTimeout;
        this.toolsTtl = toolsTtl;
        this.nanos = nanos;
    }

    @Override
    public Optional<Live> now() {
        var current = live;
        return current == null || current.connection().gone().isDone() ? Optional.empty() : Optional.of(current);
    }

    @Override
    public Live live(Duration patience) throws ToolFailure, InterruptedException {
        var current = now();
        if (current.isPresent()) {
            return current.get();
        }
        if (!connecting.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw Failures.unavailable(server, "is still connecting", null);
        }
        try {
            var made = now();
            return made.isPresent() ? made.get() : connect();
        } finally {
            connecting.unlock();
        }
    }

    private Live connect() throws ToolFailure, InterruptedException {
        if (closed) {
            throw Failures.unavailable(server, "is being stopped", null);
        }
        closeCurrent();
        var connection = connector.open();
        var tools = new ToolCache(server, connection, listTimeout, toolsTtl, nanos);
        connection.onToolsChanged(tools::changed);
        var made = new Live(connection, tools);
        live = made;
        connections.incrementAndGet();
        if (closed) {
            closeCurrent();
            throw Failures.unavailable(server, "is being stopped", null);
        }
        return made;
    }

    private void closeCurrent() throws InterruptedException {
        var current = live;
        live = null;
        if (current != null) {
            current.connection().close();
        }
    }

    @Override
    public void drop(McpConnection connection, String reason) {
        connection.gone().complete(reason);
    }

    @Override
    public boolean isHopeful() {
        return !closed;
    }

    @Override
    public State state() {
        return closed ? State.CLOSED : now().isPresent() ? State.UP : State.STARTING;
    }

    @Override
    public String reason() {
        return now().isPresent() ? "" : "not connected";
    }

    @Override
    public int restarts() {
        return Math.max(0, connections.get() - 1);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        connecting.lockInterruptibly();
        try {
            closeCurrent();
        } finally {
            connecting.unlock();
        }
    }
}
