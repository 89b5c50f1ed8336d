package dev.forebay.upstream;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.RouteTaken;
import dev.forebay.chat.Usage;
import dev.forebay.sse.Frame;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a turn's events from the event loop to the run's thread: one hand-over for each chunk from the network. It is
 * bounded by pausing the replica while the run lags behind.
 */
final class Inbox implements Receiver {
    private static final int WAITING_BYTES_MAX = 256 * 1024;

    private final Context context;
    private final Consumer<RouteTaken> routed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    // On the event loop only.
    private List<byte[]> chunk = new ArrayList<>();
    private int chunkBytes;
    // Guarded by the lock.
    private List<byte[]> waiting = new ArrayList<>();
    private int waitingBytes;
    private boolean ended;
    private @Nullable Usage usage;
    private @Nullable ModelFailure failure;
    private @Nullable Runnable onDrained;

    /** @param routed told on the event loop */
    Inbox(Context context, Consumer<RouteTaken> routed) {
        this.context = context;
        this.routed = routed;
    }

    /**
     * Waits for something to come.
     *
     * @return the data of all events that have come, in order; empty if the answer is complete
     * @throws ModelFailure if the turn has failed and all that came before was taken
     */
    List<byte[]> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !ended) {
                arrived.await();
            }
            if (waiting.isEmpty() && failure != null) {
                throw failure;
            }
            var taken = waiting;
            waiting = new ArrayList<>();
            waitingBytes = 0;
            if (onDrained != null) {
                var drained = onDrained;
                onDrained = null;
                context.runOnContext(_ -> drained.run());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** What the complete turn has used. */
    Usage usage() {
        lock.lock();
        try {
            return usage == null ? Usage.NONE : usage;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void routed(RouteTaken route) {
        routed.accept(route);
    }

    @Override
    public void event(Frame frame, Kind kind) {
        var data = frame.data();
        chunk.add(data);
        chunkBytes += data.length;
    }

    @Override
    public void flush(@Nullable Buffer asItCame) {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                waiting = chunk;
                chunk = new ArrayList<>();
            } else {
                waiting.addAll(chunk);
                chunk.clear();
            }
            waitingBytes += chunkBytes;
            arrived.signal();
        } finally {
            lock.unlock();
        }
        chunkBytes = 0;
    }

    @Override
    public void answer(@Nullable String contentType, Buffer piece) {
        throw new IllegalStateException("a turn of the agent lane is always streamed");
    }

    @Override
    public boolean isFull() {
        lock.lock();
        try {
            return waitingBytes > WAITING_BYTES_MAX;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onDrain(Runnable drained) {
        lock.lock();
        try {
            // The run may have caught up since it was asked.
            if (waiting.isEmpty()) {
                context.runOnContext(_ -> drained.run());
            } else {
                onDrained = drained;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void complete(Usage used) {
        end(used, null);
    }

    @Override
    public void failed(ModelFailure why) {
        end(null, why);
    }

    private void end(@Nullable Usage used, @Nullable ModelFailure why) {
        lock.lock();
        try {
            ended = true;
            usage = used;
            failure = why;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }
}
