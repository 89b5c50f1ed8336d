package dev.forebay.mcp;

import dev.forebay.agent.Tools.ToolFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tools of one connection. A list that is merely old is still given while a new one is read in the background; one
 * that the server has called outdated is waited for. Thread-safe.
 */
final class ToolCache {
    private static final Logger log = LoggerFactory.getLogger(ToolCache.class);

    private final String server;
    private final McpConnection connection;
    private final Duration timeout;
    private final long ttlNanos;
    private final LongSupplier nanos;
    private final ReentrantLock reading = new ReentrantLock();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile @Nullable Snapshot snapshot;
    /** Grows with each change that the server tells of; a snapshot knows which of them it has seen. */
    private volatile int changes;

    private record Snapshot(List<ListedTool> tools, long readAt, int changes) {}

    ToolCache(String server, McpConnection connection, Duration timeout, Duration ttl, LongSupplier nanos) {
        this.server = server;
        this.connection = connection;
        this.timeout = timeout;
        this.ttlNanos = ttl.toNanos();
        this.nanos = nanos;
    }

    /** What is known now, whether outdated or not; empty before the first list has been read. */
    List<ListedTool> known() {
        var current = snapshot;
        return current == null ? List.of() : current.tools();
    }

    /** True if {@link #tools} answers without waiting. */
    boolean isReady() {
        var current = snapshot;
        return current != null && current.changes() == changes;
    }

    /** @throws ToolFailure if there is no list yet and none can be read */
    List<ListedTool> tools() throws ToolFailure, InterruptedException {
        var current = snapshot;
        if (current == null) {
            return read();
        }
        if (current.changes() != changes) {
            return readOr(current);
        }
        if (nanos.getAsLong() - current.readAt() > ttlNanos) {
            refresh();
        }
        return current.tools();
    }

    /** The server says that its tools have changed. */
    void changed() {
        synchronized (this) {
            changes++;
        }
        refresh();
    }

    private void refresh() {
        if (refreshing.compareAndSet(false, true)) {
            Thread.ofVirtual().name(server + " tools").start(() -> {
                try {
                    read();
                } catch (ToolFailure e) {
                    log.atWarn()
                            .addKeyValue("server", server)
                            .addKeyValue("reason", e.getMessage())
                            .log("the tools of an mcp server could not be read anew");
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                } finally {
                    refreshing.set(false);
                }
            });
        }
    }

    private List<ListedTool> readOr(Snapshot current) throws InterruptedException {
        try {
            return read();
        } catch (ToolFailure e) {
            log.atDebug().addKeyValue("server", server).setCause(e).log("an outdated list of tools is used");
            return current.tools();
        }
    }

    /** One reader at a time; whoever has waited takes what the other has read, unless it is outdated again. */
    private List<ListedTool> read() throws ToolFailure, InterruptedException {
        var before = snapshot;
        if (!reading.tryLock(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw Failures.unavailable(server, "did not list its tools in time", null);
        }
        try {
            var current = snapshot;
            if (current != null && current.changes() == changes && isNewer(current, before)) {
                return current.tools();
            }
            var seen = changes;
            var tools = ListedTool.from(server, connection.listTools(timeout));
            snapshot = new Snapshot(tools, nanos.getAsLong(), seen);
            return tools;
        } finally {
            reading.unlock();
        }
    }

    private static boolean isNewer(Snapshot current, @Nullable Snapshot before) {
        return before == null || current.readAt() != before.readAt();
    }
}
