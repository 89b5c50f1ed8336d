package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.process.ChildProcess;
import dev.forebay.process.CommandMissing;
import dev.forebay.process.Launch;
import dev.forebay.process.Processes;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process that reads and writes one message a line. One virtual thread writes what the queue holds, one reads.
 * Lines that are no messages are counted and passed over: many servers print a banner, some print all day.
 */
final class StdioTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(StdioTransport.class);
    private static final int QUEUED_MAX = 4096;
    private static final int HINT_CHARS_MAX = 300;
    private static final Duration EXIT_PATIENCE = Duration.ofSeconds(1);

    private static final class Outgoing {
        final long id;
        final byte[] message;
        final CompletableFuture<@Nullable Void> written = new CompletableFuture<>();

        Outgoing(long id, byte[] message) {
            this.id = id;
            this.message = message;
        }
    }

    private final String server;
    private final Processes processes;
    private final Launch launch;
    private final int messageBytesMax;
    private final Duration stopPatience;
    private final LinkedBlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>(QUEUED_MAX);
    private final AtomicReference<@Nullable String> ended = new AtomicReference<>();
    private volatile @Nullable ChildProcess child;
    private volatile @Nullable Thread writer;
    private volatile @Nullable Receiver receiver;
    private long noiseLines;
    private long noiseToldAt = 1;

    /** @param stopPatience that the child gets to end after its input has ended, and again after SIGTERM */
    StdioTransport(String server, Processes processes, Launch launch, int messageBytesMax, Duration stopPatience) {
        this.server = server;
        this.processes = processes;
        this.launch = launch;
        this.messageBytesMax = messageBytesMax;
        this.stopPatience = stopPatience;
    }

    @Override
    public String name() {
        return "stdio";
    }

    @Override
    public void open(Receiver receiver) throws ToolFailure {
        ChildProcess started;
        try {
            started = processes.start(launch);
        } catch (CommandMissing e) {
            throw new ToolFailure(ToolFailure.Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
        this.child = started;
        this.receiver = receiver;
        writer = Thread.ofVirtual().name(server + " writer").start(() -> write(started));
        Thread.ofVirtual().name(server + " reader").start(() -> read(started, receiver));
    }

    @Override
    public void request(long id, String method, byte[] message) {
        enqueue(new Outgoing(id, message));
    }

    @Override
    public CompletableFuture<@Nullable Void> send(byte[] message) {
        var outgoing = new Outgoing(Wire.NO_ID, message);
        enqueue(outgoing);
        return outgoing.written;
    }

    private void enqueue(Outgoing outgoing) {
        if (!queue.offer(outgoing)) {
            refuse(outgoing, "does not read its input: " + QUEUED_MAX + " messages wait");
        }
        var reason = ended.get();
        // Whoever takes it out of the queue answers for it: here, or the reader that saw the end.
        if (reason != null && queue.remove(outgoing)) {
            refuse(outgoing, reason);
        }
    }

    private void refuse(Outgoing outgoing, String reason) {
        var failure = new ToolFailure(ToolFailure.Kind.UNAVAILABLE, server + " " + reason, null);
        outgoing.written.completeExceptionally(failure);
        var to = receiver;
        if (to != null && outgoing.id != Wire.NO_ID) {
            to.failed(outgoing.id, failure);
        }
    }

    @Override
    public boolean unsend(long id) {
        return queue.removeIf(outgoing -> outgoing.id == id);
    }

    @Override
    public void abandon(long id) {}

    @Override
    public void agreed(String protocolVersion) {}

    @Override
    public void listen() {}

    private void write(ChildProcess to) {
        try (var out = new BufferedOutputStream(to.stdin(), 64 * 1024)) {
            while (true) {
                var outgoing = queue.take();
                writeLine(out, outgoing);
                if (queue.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            // The reader sees the end as well, unless the child has only closed its input: then it is of no use either.
            end("reads no more (" + e.getMessage() + ")" + hint());
        } catch (InterruptedException _) {
            log.atTrace().addKeyValue("server", server).log("writer stopped");
        }
    }

    private static void writeLine(OutputStream out, Outgoing outgoing) throws IOException {
        out.write(outgoing.message);
        out.write('\n');
        outgoing.written.complete(null);
    }

    private void read(ChildProcess from, Receiver receiver) {
        var reader = new LineReader(messageBytesMax, new LineReader.Lines() {
            @Override
            public void line(byte[] bytes, int length) {
                received(from, receiver, bytes, length);
            }

            @Override
            public void tooLong(long id) {
                receiver.failed(id, tooLarge());
            }
        });
        try (var in = from.stdout()) {
            reader.readAll(in);
        } catch (IOException e) {
            log.atDebug().addKeyValue("server", server).setCause(e).log("reading an mcp server failed");
        }
        end(exit(from) + hint());
    }

    private ToolFailure tooLarge() {
        return new ToolFailure(
                ToolFailure.Kind.TOO_LARGE,
                server + " sent a message larger than " + messageBytesMax + " bytes (mcp.message_bytes_max)",
                null);
    }

    private void received(ChildProcess from, Receiver receiver, byte[] bytes, int length) {
        if (isBlank(bytes, length)) {
            return;
        }
        JsonNode message;
        try {
            message = Wire.parse(bytes, 0, length);
        } catch (IOException e) {
            unreadable(from, bytes, length, e);
            return;
        }
        if (message.isObject() || message.isArray()) {
            receiver.message(message);
        } else {
            noise(from, bytes, length);
        }
    }

    /** Nested too deep or otherwise beyond us, it may still be an answer that somebody waits for. */
    private void unreadable(ChildProcess from, byte[] bytes, int length, IOException cause) {
        var id = new AnswerId();
        id.feed(bytes, 0, length);
        var to = receiver;
        if (to != null && id.found() != Wire.NO_ID) {
            to.failed(
                    id.found(),
                    new ToolFailure(ToolFailure.Kind.PROTOCOL, server + " sent an answer that cannot be read", cause));
        }
        noise(from, bytes, length);
    }

    private static boolean isBlank(byte[] bytes, int length) {
        for (var i = 0; i < length; i++) {
            if (bytes[i] > ' ' || bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Kept with what the child writes to its log; told once, and then each time the count has grown tenfold. */
    private void noise(ChildProcess from, byte[] bytes, int length) {
        noiseLines++;
        from.log().add("[output] " + new String(bytes, 0, Math.min(length, 1024), StandardCharsets.UTF_8).strip());
        if (noiseLines == noiseToldAt) {
            noiseToldAt *= 10;
            log.atWarn()
                    .addKeyValue("server", server)
                    .addKeyValue("lines", noiseLines)
                    .log("mcp server writes lines to its output that are no messages; they are passed over");
        }
    }

    private static String exit(ChildProcess from) {
        try {
            return "ended with exit code " + from.exit().get(EXIT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return "closed its output";
        } catch (ExecutionException e) {
            return "ended: " + e.getCause();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return "ended";
        }
    }

    private void end(String reason) {
        if (!ended.compareAndSet(null, reason)) {
            return;
        }
        for (var unsent = queue.poll(); unsent != null; unsent = queue.poll()) {
            refuse(unsent, reason);
        }
        var to = receiver;
        if (to != null) {
            to.gone(reason);
        }
    }

    @Override
    public String hint() {
        var running = child;
        if (running == null || running.log().last(1).isEmpty()) {
            return "";
        }
        var text = String.join(" | ", running.log().last(3));
        return "; its log ends: "
                + (text.length() > HINT_CHARS_MAX ? text.substring(text.length() - HINT_CHARS_MAX) : text);
    }

    @Override
    public void close() throws InterruptedException {
        end("is being stopped");
        var writing = writer;
        if (writing != null) {
            writing.interrupt();
        }
        var running = child;
        if (running == null) {
            return;
        }
        try {
            running.end(stopPatience);
        } catch (InterruptedException e) {
            // No time is left for courtesy, but nothing may be left behind either.
            running.kill();
            throw e;
        }
    }
}
