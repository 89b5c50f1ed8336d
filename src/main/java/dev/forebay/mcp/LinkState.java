package dev.forebay.mcp;

import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.mcp.Link.Live;
import dev.forebay.mcp.ServerStatus.State;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a supervised link stands, for those who wait for it. Once closed it stays so. Thread-safe. */
final class LinkState {
    private final String server;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.STARTING;
    private String brief = "starting";
    private String details = "";
    private int restarts;
    private @Nullable Live live;

    LinkState(String server) {
        this.server = server;
    }

    /**
     * False if the link has been closed meanwhile.
     *
     * @param why for callers
     * @param more what stands behind it for whoever runs the gateway
     */
    boolean become(State next, String why, String more, @Nullable Live opened) {
        return locked(() -> {
            if (state == State.CLOSED) {
                return false;
            }
            state = next;
            brief = why;
            details = more;
            live = opened;
            changed.signalAll();
            return true;
        });
    }

    void countRestart() {
        locked(() -> restarts++);
    }

    State state() {
        return locked(() -> state);
    }

    String brief() {
        return locked(() -> brief);
    }

    String details() {
        return locked(() -> details);
    }

    /** For whoever runs the gateway. */
    String reason() {
        return locked(() -> brief + details);
    }

    int restarts() {
        return locked(() -> restarts);
    }

    /** A connection may have ended a moment before the supervisor takes note; then there is none. */
    @Nullable
    Live standing() {
        lock.lock();
        try {
            return live == null || live.connection().gone().isDone() ? null : live;
        } finally {
            lock.unlock();
        }
    }

    /** Waits as long as a connection is being made. */
    Live await(Duration patience) throws ToolFailure, InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = patience.toNanos();
            var current = standing();
            while (current == null && isComing() && left > 0) {
                left = changed.awaitNanos(left);
                current = standing();
            }
            if (current == null) {
                throw new ToolFailure(
                        ToolFailure.Kind.UNAVAILABLE, isComing() ? server + " is still starting" : brief, null);
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    private boolean isComing() {
        return state != State.DOWN && state != State.CLOSED;
    }

    private <T> T locked(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }
}
