package dev.forebay.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running child that leads a process group of its own, so that what it starts ends with it. Thread-safe. */
public final class ChildProcess {
    private static final int LOG_LINES_MAX = 500;
    private static final int LOG_LINE_BYTES_MAX = 4096;

    private final Process process;
    private final String name;
    private final LogRing log = new LogRing(LOG_LINES_MAX, LOG_LINE_BYTES_MAX);
    private final CompletableFuture<Integer> exit;

    private ChildProcess(Process process, Launch launch) {
        this.process = process;
        this.name = launch.name();
        var drained = new CompletableFuture<@Nullable Void>();
        // A virtual thread would hold its carrier while it waits for a pipe, and the JDK does not replace those for
        // good: once every carrier waited for a quiet child, no virtual thread of the gateway ran any more.
        Thread.ofPlatform().daemon().name(name + " log").start(() -> {
            log.drain(launch.pipes() ? process.getErrorStream() : process.getInputStream());
            drained.complete(null);
        });
        // The exit is told once the log is whole, or soon after: a grandchild may hold the pipe open for ever.
        this.exit = process.onExit()
                .thenCombine(
                        drained.completeOnTimeout(null, 500, TimeUnit.MILLISECONDS), (ended, _) -> ended.exitValue());
    }

    /** A child that cannot be noted is ended again: nobody else would, should this process crash. */
    static ChildProcess of(Process process, Launch launch, @Nullable Orphans orphans) {
        var child = new ChildProcess(process, launch);
        if (orphans != null) {
            try {
                orphans.started(process.toHandle(), launch.name());
            } catch (UncheckedIOException e) {
                child.kill();
                throw e;
            }
            child.noteEnd(orphans);
        }
        return child;
    }

    // The continuation has no result that anyone could use.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void noteEnd(Orphans orphans) {
        process.onExit().thenAccept(p -> orphans.ended(p.pid()));
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit code. */
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }

    public LogRing log() {
        return log;
    }

    /** What the child reads. Only for a launch with pipes. */
    public OutputStream stdin() {
        return process.getOutputStream();
    }

    /** What the child writes. Only for a launch with pipes. */
    public InputStream stdout() {
        return process.getInputStream();
    }

    /**
     * Ends the child and its whole group: end of input, then SIGTERM, then SIGKILL, each after the one before has been
     * given {@code patience}. Blocks until the child is gone; at most three times as long.
     */
    public void end(Duration patience) throws InterruptedException {
        var tree = process.descendants().toList();
        // On a thread of its own: it waits for a writer that a child which does not read has blocked.
        Thread.ofPlatform().daemon().name(name + " end of input").start(this::closeInput);
        if (!process.waitFor(Math.min(500, patience.toMillis()), TimeUnit.MILLISECONDS)) {
            signal("TERM", tree);
            process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        }
        // Once more for the group, even if its leader is gone: what it started may have outlived it.
        signal("KILL", tree);
        process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            log.add("[closing the input: " + e.getMessage() + "]");
        }
    }

    /** Ends the group at once. */
    public void kill() {
        signal("KILL", process.descendants().toList());
    }

    private void signal(String signal, List<ProcessHandle> tree) {
        Signals.toGroup(process.pid(), signal);
        for (var descendant : tree) {
            if (signal.equals("KILL")) {
                descendant.destroyForcibly();
            } else {
                descendant.destroy();
            }
        }
        if (process.isAlive()) {
            if (signal.equals("KILL")) {
                process.destroyForcibly();
            } else {
                process.destroy();
            }
        }
    }
}
