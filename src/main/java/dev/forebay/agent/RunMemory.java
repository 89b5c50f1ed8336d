package dev.forebay.agent;

import dev.forebay.chat.ModelFailure;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all runs of the process may keep together of what their models and tools say. Thread-safe. */
public final class RunMemory {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final long bytesMax;
    private final AtomicLong held = new AtomicLong();

    public RunMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    public long bytesMax() {
        return bytesMax;
    }

    public long heldBytes() {
        return held.get();
    }

    Share share() {
        return new Share();
    }

    /** What one run keeps of it, until it ends. Used on the run's thread only. */
    final class Share {
        private long bytes;

        /**
         * Text takes one or two bytes a character, and up to twice that while it grows; two are near enough.
         *
         * @throws ModelFailure.Overloaded if that much is not left
         */
        void hold(String text) {
            hold(2L * text.length());
        }

        void hold(long more) {
            if (held.addAndGet(more) > bytesMax) {
                held.addAndGet(-more);
                throw new ModelFailure.Overloaded(
                        "the answers and tool results of all agentic requests together take as much memory as they may ("
                                + bytesMax + " bytes, runs.memory_bytes_max); this request was ended",
                        "run_memory",
                        RETRY_AFTER);
            }
            bytes += more;
        }

        void release() {
            held.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
