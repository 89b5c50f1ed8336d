package dev.forebay.bundled;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The calls in flight: each on a virtual thread of its own, so many running, so many waiting, no more. */
final class Calls {
    static final int RUNNING_MAX = 8;
    static final int WAITING_MAX = 1024;
    static final long WAITING_BYTES_MAX = 16L << 20;

    private final ConcurrentMap<Object, Call> inFlight = new ConcurrentHashMap<>();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private final Semaphore running = new Semaphore(RUNNING_MAX, true);

    /** Waits, works, and hands over the effect of its result, which happens unless the call was cancelled by then. */
    @FunctionalInterface
    interface Work {
        Runnable run() throws InterruptedException;
    }

    /**
     * Starts a call; only the session's reader calls this.
     *
     * @param id what {@link #cancel} knows it by
     * @param bytes what it holds in memory
     * @throws RpcError if there are too many, or one of this id
     */
    void start(Object id, int bytes, Work work) throws RpcError {
        if (inFlight.size() >= WAITING_MAX || bytesInFlight.get() + bytes > WAITING_BYTES_MAX) {
            throw new RpcError(
                    RpcError.BUSY, "%d calls are waiting; send this one again later".formatted(inFlight.size()));
        }
        var call = new Call(id, bytes, work);
        if (inFlight.putIfAbsent(id, call) != null) {
            throw new RpcError(RpcError.INVALID_REQUEST, "id " + id + " is already in flight");
        }
        bytesInFlight.addAndGet(bytes);
        call.thread.start();
    }

    void cancel(Object id) {
        var call = inFlight.get(id);
        if (call != null && call.isSettled.compareAndSet(false, true)) {
            call.thread.interrupt();
        }
    }

    /** Lets the calls in flight end for this long, and cancels the rest. */
    void close(Duration grace) throws InterruptedException {
        // One thread waits for all, so that the grace is theirs together.
        var last = Thread.ofVirtual().start(() -> {
            try {
                for (var call : inFlight.values()) {
                    call.thread.join();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        last.join(grace);
        last.interrupt();
        inFlight.keySet().forEach(this::cancel);
    }

    private final class Call {
        private final Object id;
        private final int bytes;
        private final Work work;
        private final AtomicBoolean isSettled = new AtomicBoolean();
        private final Thread thread = Thread.ofVirtual().name("call").unstarted(this::run);

        Call(Object id, int bytes, Work work) {
            this.id = id;
            this.bytes = bytes;
            this.work = work;
        }

        private void run() {
            try {
                var effect = inTurn();
                if (isSettled.compareAndSet(false, true)) {
                    effect.run();
                }
            } catch (InterruptedException _) {
                // Cancelled: nobody waits for the result.
                Thread.currentThread().interrupt();
            } finally {
                bytesInFlight.addAndGet(-bytes);
                inFlight.remove(id);
            }
        }

        private Runnable inTurn() throws InterruptedException {
            running.acquire();
            try {
                return work.run();
            } finally {
                running.release();
            }
        }
    }
}
