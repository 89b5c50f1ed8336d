package dev.forebay.process;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A child of an earlier process of ours. Its exit code goes to somebody else; its end shows when one looks. */
final class AdoptedProcess extends Process {
    private static final int UNKNOWN = -1;
    private static final long LOOK_MILLIS = 100;

    private final ProcessHandle handle;
    private final CompletableFuture<Process> exit = new CompletableFuture<>();

    AdoptedProcess(ProcessHandle handle) {
        this.handle = handle;
        // Like all that waits for children on a thread of the platform; it ends with the child.
        Thread.ofPlatform().daemon().name("adopted " + handle.pid()).start(this::awaitEnd);
    }

    private void awaitEnd() {
        try {
            while (isAlive()) {
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException _) {
            // Nobody has a reason to; then its end will be seen by its probes.
            return;
        }
        exit.complete(this);
    }

    @Override
    public boolean isAlive() {
        return Orphans.runs(handle);
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return exit.copy();
    }

    @Override
    public int waitFor() throws InterruptedException {
        while (!waitFor(1, TimeUnit.HOURS)) {
            Thread.onSpinWait();
        }
        return UNKNOWN;
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            exit.get(timeout, unit);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("only ever completed with a value", e);
        }
    }

    @Override
    public int exitValue() {
        if (isAlive()) {
            throw new IllegalThreadStateException("it has not ended");
        }
        return UNKNOWN;
    }

    @Override
    public void destroy() {
        handle.destroy();
    }

    @Override
    public Process destroyForcibly() {
        handle.destroyForcibly();
        return this;
    }

    @Override
    public ProcessHandle toHandle() {
        return handle;
    }

    @Override
    public long pid() {
        return handle.pid();
    }

    @Override
    public OutputStream getOutputStream() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream getInputStream() {
        return InputStream.nullInputStream();
    }

    @Override
    public InputStream getErrorStream() {
        return InputStream.nullInputStream();
    }
}
