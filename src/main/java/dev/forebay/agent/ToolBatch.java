package dev.forebay.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Tools.Result;
import dev.forebay.agent.Tools.Tool;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.agent.Tools.Toolbox;
import dev.forebay.chat.ToolCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tool calls of one round, each on a virtual thread, those to one serial server one after the other. All that
 * happens is told to the run's own thread, which waits in {@link #run}; when that is interrupted, or the time is over,
 * every call is interrupted and awaited.
 */
final class ToolBatch {
    private static final Logger log = LoggerFactory.getLogger(ToolBatch.class);
    private static final int SIGNALS_MAX = 256;
    private static final Duration CANCEL_WAIT = Duration.ofSeconds(2);
    static final Duration GRACE = Duration.ofSeconds(5);

    private final Toolbox toolbox;
    private final Semaphore permits;
    private final LongSupplier nanos;
    private final long dueAt;
    private final Duration grace;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    /** @param index place among the answers of the round */
    record Job(int index, ToolCall call, Tool tool, ObjectNode arguments, Duration timeout, Duration timeoutMax) {}

    /** What the run's thread hears. */
    sealed interface Signal {
        Job job();

        record Started(Job job) implements Signal {}

        record Progressed(
                Job job,
                double progress,
                @Nullable Double total,
                @Nullable String message) implements Signal {}

        record Answered(Job job, Result result, Duration took) implements Signal {}

        record Failed(Job job, ToolFailure.Kind kind, String message, Duration took) implements Signal {}

        /** It was not called: the time was over before its turn came. */
        record NotStarted(Job job) implements Signal {}
    }

    /** Hears the signals on the run's thread. */
    @FunctionalInterface
    interface Listener {
        void hear(Signal signal) throws InterruptedException;
    }

    /**
     * @param left until the run's time is over, which no call may outlive
     * @param grace after it, in which a call that keeps its time has reported its end
     */
    ToolBatch(Toolbox toolbox, int parallelMax, LongSupplier nanos, Duration left, Duration grace) {
        this.toolbox = toolbox;
        this.permits = new Semaphore(parallelMax, true);
        this.nanos = nanos;
        this.grace = grace;
        this.dueAt = nanos.getAsLong() + left.toNanos();
    }

    /** Returns when every job has ended: each is answered, failed or not started, once. */
    void run(List<Job> jobs, Listener listener) throws InterruptedException {
        var threads = new ArrayList<Thread>();
        var open = new LinkedHashMap<Integer, Job>();
        jobs.forEach(job -> open.put(job.index(), job));
        try {
            for (var lane : lanes(jobs)) {
                threads.add(Thread.ofVirtual().name("agent-tool").start(() -> work(lane)));
            }
            while (!open.isEmpty()) {
                var signal = signals.poll(left().plus(grace).toMillis(), TimeUnit.MILLISECONDS);
                if (signal == null) {
                    giveUp(open.values(), listener);
                    return;
                }
                if (!(signal instanceof Signal.Started || signal instanceof Signal.Progressed)) {
                    open.remove(signal.job().index());
                }
                listener.hear(signal);
            }
        } finally {
            end(threads);
        }
    }

    /** Calls that may run beside each other stand in different lanes. */
    private static Iterable<List<Job>> lanes(List<Job> jobs) {
        var lanes = new LinkedHashMap<String, List<Job>>();
        for (var job : jobs) {
            var lane = job.tool().serial() ? "server " + job.tool().server() : "call " + job.index();
            lanes.computeIfAbsent(lane, _ -> new ArrayList<>()).add(job);
        }
        return lanes.values();
    }

    private void work(List<Job> lane) {
        for (var job : lane) {
            // Whatever happens, the run hears of the end of each job.
            Signal end = new Signal.Failed(job, ToolFailure.Kind.LOST, "the call was cancelled", Duration.ZERO);
            try {
                permits.acquire();
                try {
                    end = call(job);
                } finally {
                    permits.release();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                signals.add(end);
            }
        }
    }

    private Signal call(Job job) throws InterruptedException {
        var left = left();
        if (left.isZero()) {
            return new Signal.NotStarted(job);
        }
        signals.add(new Signal.Started(job));
        var started = nanos.getAsLong();
        try {
            var result = toolbox.call(
                    job.tool(),
                    job.arguments(),
                    least(job.timeout(), left),
                    least(job.timeoutMax(), left),
                    (progress, total, message) -> progressed(job, progress, total, message));
            return new Signal.Answered(job, result, since(started));
        } catch (ToolFailure failure) {
            return new Signal.Failed(job, failure.kind(), String.valueOf(failure.getMessage()), since(started));
        } catch (RuntimeException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("server", job.tool().server())
                    .addKeyValue("tool", job.tool().name())
                    .log("tool call failed inside the gateway");
            return new Signal.Failed(
                    job, ToolFailure.Kind.LOST, "the gateway could not complete the call", since(started));
        }
    }

    /** Progress is news, not a result: where it comes faster than it is read, some is left out. */
    private void progressed(Job job, double progress, @Nullable Double total, @Nullable String message) {
        if (signals.size() < SIGNALS_MAX) {
            signals.add(new Signal.Progressed(job, progress, total, message));
        }
    }

    /** The toolbox keeps to its timeouts; this is for one that does not. */
    private void giveUp(Collection<Job> open, Listener listener) throws InterruptedException {
        for (var job : open) {
            listener.hear(new Signal.Failed(
                    job, ToolFailure.Kind.TIMEOUT, "the call did not end when its time was over", grace));
        }
    }

    private static void end(List<Thread> threads) {
        threads.forEach(Thread::interrupt);
        var interrupted = false;
        for (var thread : threads) {
            var waits = true;
            while (waits) {
                try {
                    waits = false;
                    if (!thread.join(CANCEL_WAIT)) {
                        log.atWarn().log("a tool call did not end when it was cancelled");
                    }
                } catch (InterruptedException _) {
                    interrupted = true;
                    waits = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, dueAt - nanos.getAsLong()));
    }

    private Duration since(long started) {
        return Duration.ofNanos(nanos.getAsLong() - started);
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
