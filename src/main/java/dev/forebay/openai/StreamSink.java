package dev.forebay.openai;

import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.http.ApiRequest;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Streams an agent's run: chunks are rendered on the run's thread and handed to the event loop once for all that has
 * arrived. A client that reads too slowly makes the run wait.
 */
final class StreamSink implements AgentSink {
    private static final int UNWRITTEN_BYTES_MAX = 64 * 1024;

    private final Context context;
    private final ApiRequest request;
    private final EventStream events;
    private final Chunks chunks;
    private final boolean showUsage;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition writable = lock.newCondition();
    private boolean begun;
    // Guarded by the lock.
    private int unwrittenBytes;
    private boolean full;
    private boolean gone;

    StreamSink(Context context, ApiRequest request, EventStream events, Chunks chunks, boolean showUsage) {
        this.context = context;
        this.request = request;
        this.events = events;
        this.chunks = chunks;
        this.showUsage = showUsage;
    }

    @Override
    public void emit(Event event) throws InterruptedException {
        chunks.add(event);
        if (!begun && !(event instanceof Event.RoundStarted)) {
            // The model has answered: from here on the stream is alive, even if the client sees nothing of this round.
            begun = true;
            context.runOnContext(_ -> events.begin());
        }
        if (chunks.pendingBytes() >= UNWRITTEN_BYTES_MAX) {
            flush();
        }
    }

    @Override
    public void flush() throws InterruptedException {
        if (chunks.pendingBytes() > 0) {
            var ready = chunks.take();
            hold(ready.length());
            context.runOnContext(_ -> write(ready));
        }
    }

    @Override
    public void end(Completion completion) {
        chunks.end(completion, showUsage);
        var last = chunks.take();
        context.runOnContext(_ -> {
            if (!request.response().closed()) {
                events.end(last);
            }
        });
    }

    @Override
    public void fail(ErrorAnswer error) {
        var rest = chunks.take();
        context.runOnContext(_ -> events.fail(rest, error));
    }

    @Override
    public void gone() {
        events.gone();
        change(() -> gone = true);
    }

    /** Waits until the event loop has written most of what it was handed. */
    private void hold(int bytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while ((full || unwrittenBytes > UNWRITTEN_BYTES_MAX) && !gone) {
                writable.await();
            }
            if (gone) {
                throw new InterruptedException("the client has gone");
            }
            unwrittenBytes += bytes;
        } finally {
            lock.unlock();
        }
    }

    private void write(Buffer ready) {
        var response = request.response();
        if (response.closed()) {
            return;
        }
        events.write(ready);
        var isFull = response.writeQueueFull();
        if (isFull) {
            events.onDrain(() -> change(() -> full = false));
        }
        change(() -> {
            unwrittenBytes -= ready.length();
            full = isFull;
        });
    }

    private void change(Runnable what) {
        lock.lock();
        try {
            what.run();
            writable.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
