package dev.forebay.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.agent.Tools.ToolFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long an answer is waited for, by a clock that moves when it is told to. */
@Timeout(60)
class RpcSessionTest {
    private static final Patience PATIENCE = new Patience(Duration.ofMillis(100), Duration.ofMillis(250));

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong looks = new AtomicLong();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final RpcSession session = new RpcSession("server", new Recorder(), this::look, () -> {});
    private CompletableFuture<JsonNode> result;

    @BeforeEach
    void call() {
        result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(session.request("tools/call", Wire.object(), PATIENCE, (_, _, _) -> {}));
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        Catalogs.until(() -> looks.get() >= 2);
    }

    @Test
    void aReportOfProgressStartsTheTimeAnew() {
        at(90);
        progress();
        at(180);
        assertTrue(!result.isDone());
        session.message(Wire.object().put("id", 1).set("result", Wire.object().put("is", "here")));
        assertEquals(
                "here", result.orTimeout(20, TimeUnit.SECONDS).join().path("is").asText());
        assertEquals(1, sent.size());
    }

    @Test
    void silenceEndsTheCallAndTheServerIsTold() {
        at(90);
        progress();
        now.set(TimeUnit.MILLISECONDS.toNanos(191));
        failsByTimeout("after 191 ms");
    }

    @Test
    void progressDoesNotPutOffTheEndForEver() {
        for (var moment = 80; moment <= 240; moment += 80) {
            at(moment);
            progress();
        }
        now.set(TimeUnit.MILLISECONDS.toNanos(251));
        failsByTimeout("after 251 ms");
    }

    private void failsByTimeout(String when) {
        try {
            result.orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            var failure = (ToolFailure) e.getCause();
            assertEquals(ToolFailure.Kind.TIMEOUT, failure.kind());
            assertTrue(failure.getMessage().contains(when), failure::getMessage);
            assertEquals(2, sent.size());
            assertTrue(sent.getLast().contains("notifications/cancelled"), sent::getLast);
            return;
        }
        throw new AssertionError("the call has not failed");
    }

    /** Moves the clock, and waits until the caller has seen it: of two looks one may have begun before. */
    private void at(long millis) {
        now.set(TimeUnit.MILLISECONDS.toNanos(millis));
        var before = looks.get();
        Catalogs.until(() -> looks.get() >= before + 2);
    }

    private void progress() {
        var note = Wire.object().put("method", "notifications/progress");
        note.putObject("params").put("progressToken", 1).put("progress", 1);
        session.message(note);
    }

    private long look() {
        looks.incrementAndGet();
        return now.get();
    }

    private final class Recorder implements Transport {
        @Override
        public String name() {
            return "stdio";
        }

        @Override
        public void open(Receiver receiver) {}

        @Override
        public void request(long id, String method, byte[] message) {
            sent.add(new String(message, StandardCharsets.UTF_8));
        }

        @Override
        public CompletableFuture<Void> send(byte[] message) {
            sent.add(new String(message, StandardCharsets.UTF_8));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public boolean unsend(long id) {
            return false;
        }

        @Override
        public void abandon(long id) {}

        @Override
        public void agreed(String protocolVersion) {}

        @Override
        public void listen() {}

        @Override
        public String lastWords() {
            return "";
        }

        @Override
        public void close() {}
    }
}
