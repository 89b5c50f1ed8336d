package dev.forebay.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running child that leads a process group of its own, so that what it starts ends with it. Thread-safe. */
public final class ChildProcess {
    private static final int LOG_LINES_MAX = 500;
    private static final int LOG_LINE_BYTES_MAX = 4096;
    private static final long LOG_MILLIS = 500;
    private static final long LAST_WORDS_BYTES = 64L << 10;

    private final Process process;
    private final String name;
    private final boolean pipes;
    private final LogRing log = new LogRing(LOG_LINES_MAX, LOG_LINE_BYTES_MAX);
    private final CompletableFuture<Integer> exit;

    private ChildProcess(Process process, Launch launch, InputStream output) {
        this.process = process;
        this.name = launch.name();
        this.pipes = launch.pipes();
        var drained = new CompletableFuture<@Nullable Void>();
        // A virtual thread would hold its carrier while it waits for a pipe, and the JDK does not replace those for
        // good: once every carrier waited for a quiet child, no virtual thread of the gateway ran any more.
        Thread.ofPlatform().daemon().name(name + " log").start(() -> {
            log.drain(output);
            drained.complete(null);
        });
        // The exit is told once the log is whole, or soon after: a grandchild may hold the pipe open for ever.
        this.exit = process.onExit()
                .thenCompose(ended -> drained.completeOnTimeout(null, LOG_MILLIS, TimeUnit.MILLISECONDS)
                        .thenApply(_ -> ended.exitValue()));
    }

    /** A child that cannot be noted is ended again: nobody else would, should this process crash. */
    static ChildProcess started(Process process, Launch launch, InputStream output, @Nullable Orphans orphans) {
        var child = new ChildProcess(process, launch, output);
        if (orphans != null) {
            try {
                orphans.started(process.toHandle(), launch.name(), launch.note());
            } catch (UncheckedIOException e) {
                child.kill();
                throw e;
            }
            child.noteEnd(orphans);
        }
        return child;
    }

    /** One that is noted already. */
    static ChildProcess adopted(ProcessHandle handle, Launch launch, Orphans orphans) throws IOException {
        var process = new AdoptedProcess(handle);
        var file = launch.lasting().orElseThrow().output();
        var from = Math.max(0, Files.size(file) - LAST_WORDS_BYTES);
        var child = new ChildProcess(process, launch, new FollowedFile(file, from, () -> !process.isAlive()));
        child.noteEnd(orphans);
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
     * Ends the child and its whole group: end of input if it reads from us, then SIGTERM, then SIGKILL, each after the one
     * before has been given {@code patience}. Blocks until the child is gone; at most three times as long.
     */
    public void end(Duration patience) throws InterruptedException {
        var tree = process.descendants().toList();
        if (pipes) {
            // On a thread of its own: it waits for a writer that a child which does not read has blocked.
            Thread.ofPlatform().daemon().name(name + " end of input").start(this::closeInput);
        }
        if (!pipes || !process.waitFor(Math.min(500, patience.toMillis()), TimeUnit.MILLISECONDS)) {
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
