package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.process.ChildProcess;
import dev.forebay.process.CommandMissing;
import dev.forebay.process.Launch;
import dev.forebay.process.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process that reads and writes one message a line. Lines that are no messages are counted and passed over: many
 * servers print a banner, some print all day.
 */
final class StdioTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(StdioTransport.class);
    private static final int WORDS_CHARS_MAX = 300;
    private static final int NOISE_BYTES_MAX = 1024;
    private static final Duration EXIT_PATIENCE = Duration.ofSeconds(1);

    private final String server;
    private final Processes processes;
    private final Launch launch;
    private final int messageBytesMax;
    private final Duration stopPatience;
    private volatile @Nullable Running running;
    private long noiseLines;
    private long noiseToldAt = 1;

    private record Running(ChildProcess child, LineWriter writer, Receiver receiver) {}

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
        try {
            var started = new Running(processes.start(launch), new LineWriter(server, receiver), receiver);
            running = started;
            started.writer().start(started.child().stdin(), reason -> end(started, exitOr(started.child(), reason)));
            // No virtual threads: a pipe holds their carriers, see ChildProcess.
            Thread.ofPlatform().daemon().name(server + " reader").start(() -> read(started));
        } catch (CommandMissing e) {
            throw new ToolFailure(ToolFailure.Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void request(long id, String method, byte[] message) {
        var _ = running().writer().add(id, message);
    }

    @Override
    public CompletableFuture<@Nullable Void> send(byte[] message) {
        return running().writer().add(Wire.NO_ID, message);
    }

    @Override
    public boolean unsend(long id) {
        return running().writer().remove(id);
    }

    @Override
    public void abandon(long id) {}

    @Override
    public void agreed(String protocolVersion) {}

    @Override
    public void listen() {}

    private Running running() {
        var current = running;
        if (current == null) {
            throw new IllegalStateException("not open");
        }
        return current;
    }

    private void read(Running from) {
        var reader = new LineReader(messageBytesMax, new LineReader.Lines() {
            @Override
            public void line(byte[] bytes, int length) {
                received(from, bytes, length);
            }

            @Override
            public void tooLong(long id) {
                from.receiver().failed(id, tooLarge());
            }
        });
        try (var in = from.child().stdout()) {
            reader.readAll(in);
        } catch (IOException e) {
            log.atDebug().addKeyValue("server", server).setCause(e).log("reading an mcp server failed");
        }
        end(from, exitOr(from.child(), "closed its output"));
    }

    private ToolFailure tooLarge() {
        return new ToolFailure(
                ToolFailure.Kind.TOO_LARGE,
                server + " sent a message larger than " + messageBytesMax + " bytes (mcp.message_bytes_max)",
                null);
    }

    private void received(Running from, byte[] bytes, int length) {
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
            from.receiver().message(message);
        } else {
            noise(from.child(), bytes, length);
        }
    }

    private static boolean isBlank(byte[] bytes, int length) {
        for (var i = 0; i < length; i++) {
            if (bytes[i] > ' ' || bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Nested too deep or otherwise beyond us, it may still be an answer that somebody waits for. */
    private void unreadable(Running from, byte[] bytes, int length, IOException cause) {
        var id = new AnswerId();
        id.feed(bytes, 0, length);
        from.receiver()
                .failed(
                        id.found(),
                        new ToolFailure(
                                ToolFailure.Kind.PROTOCOL, server + " sent an answer that cannot be read", cause));
        noise(from.child(), bytes, length);
    }

    /** Kept with what the child writes to its log; told once, and then each time the count has grown tenfold. */
    private void noise(ChildProcess from, byte[] bytes, int length) {
        noiseLines++;
        var text = new String(bytes, 0, Math.min(length, NOISE_BYTES_MAX), StandardCharsets.UTF_8);
        from.log().add("[output] " + text.strip());
        if (noiseLines == noiseToldAt) {
            noiseToldAt *= 10;
            log.atWarn()
                    .addKeyValue("server", server)
                    .addKeyValue("lines", noiseLines)
                    .log("mcp server writes lines to its output that are no messages; they are passed over");
        }
    }

    /** A broken pipe is mostly the first sign of a child's end; its exit code says more. */
    private static String exitOr(ChildProcess child, String reason) {
        try {
            return "ended with exit code " + child.exit().get(EXIT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return reason;
        } catch (ExecutionException e) {
            return "ended: " + e.getCause();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return "ended";
        }
    }

    private void end(Running what, String reason) {
        if (what.writer().end(reason)) {
            what.receiver().gone(reason, lastWords());
        }
    }

    @Override
    public String lastWords() {
        var current = running;
        var lines = current == null ? List.<String>of() : current.child().log().last(3);
        var text = String.join(" | ", lines);
        return text.length() > WORDS_CHARS_MAX ? text.substring(text.length() - WORDS_CHARS_MAX) : text;
    }

    @Override
    public void close() throws InterruptedException {
        var current = running;
        if (current == null) {
            return;
        }
        if (current.writer().end("is being stopped")) {
            current.receiver().gone("is being stopped", "");
        }
        current.writer().stop();
        try {
            current.child().end(stopPatience);
        } catch (InterruptedException e) {
            // No time is left for courtesy, but nothing may be left behind either.
            current.child().kill();
            throw e;
        }
    }
}
