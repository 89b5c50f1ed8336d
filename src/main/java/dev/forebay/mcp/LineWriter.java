package dev.forebay.mcp;

import dev.forebay.agent.Tools.ToolFailure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages on their way to a child, one a line: a bounded queue that never makes its callers wait, and the one virtual
 * thread that writes. What is still in the queue at the end has provably not been sent.
 */
final class LineWriter {
    private static final Logger log = LoggerFactory.getLogger(LineWriter.class);
    private static final int QUEUED_MAX = 4096;

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
    private final Transport.Receiver receiver;
    private final LinkedBlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>(QUEUED_MAX);
    private final AtomicReference<@Nullable String> ended = new AtomicReference<>();
    private volatile @Nullable Thread writer;

    /** @param receiver told of requests that cannot be sent */
    LineWriter(String server, Transport.Receiver receiver) {
        this.server = server;
        this.receiver = receiver;
    }

    /** @param onBroken called with the reason if the child takes no more */
    void start(OutputStream to, Consumer<String> onBroken) {
        writer = Thread.ofPlatform().daemon().name(server + " writer").start(() -> write(to, onBroken));
    }

    /** Completes when the message has been written; fails if it will not be. */
    CompletableFuture<@Nullable Void> add(long id, byte[] message) {
        var outgoing = new Outgoing(id, message);
        if (!queue.offer(outgoing)) {
            refuse(outgoing, "does not read its input: " + QUEUED_MAX + " messages wait");
        }
        var reason = ended.get();
        // Whoever takes it out of the queue answers for it: here, or whoever ended us.
        if (reason != null && queue.remove(outgoing)) {
            refuse(outgoing, reason);
        }
        return outgoing.written;
    }

    /** True if the message was still in the queue. */
    boolean remove(long id) {
        return queue.removeIf(outgoing -> outgoing.id == id);
    }

    /** Refuses what has not been written. Returns false if that has been done before. */
    boolean end(String reason) {
        if (!ended.compareAndSet(null, reason)) {
            return false;
        }
        for (var unsent = queue.poll(); unsent != null; unsent = queue.poll()) {
            refuse(unsent, reason);
        }
        return true;
    }

    void stop() {
        var writing = writer;
        if (writing != null) {
            writing.interrupt();
        }
    }

    private void refuse(Outgoing outgoing, String reason) {
        var failure = new ToolFailure(ToolFailure.Kind.UNAVAILABLE, server + " " + reason, null);
        outgoing.written.completeExceptionally(failure);
        receiver.failed(outgoing.id, failure);
    }

    private void write(OutputStream to, Consumer<String> onBroken) {
        Outgoing inHand = null;
        try (var out = new BufferedOutputStream(to, 64 * 1024)) {
            while (true) {
                var outgoing = queue.take();
                inHand = outgoing;
                var reason = ended.get();
                if (reason != null) {
                    // It came after the end, and by taking it out of the queue we have to answer for it.
                    refuse(outgoing, reason);
                    continue;
                }
                out.write(outgoing.message);
                out.write('\n');
                outgoing.written.complete(null);
                if (queue.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            // The reader sees the end as well, unless the child has only closed its input: then it is of no use either.
            onBroken.accept("reads no more (" + e.getMessage() + ")");
            if (inHand != null) {
                inHand.written.completeExceptionally(e);
            }
        } catch (InterruptedException _) {
            log.atTrace().addKeyValue("server", server).log("writer stopped");
        }
    }
}
