package dev.forebay.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.junit5.VertxExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class EventWriterTest {
    private static final EventWriter.Timing QUIET = new EventWriter.Timing(60_000, 60_000);

    private final Vertx vertx;
    private final CompletableFuture<Void> stalled = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    EventWriterTest(Vertx vertx) {
        this.vertx = vertx;
    }

    @Test
    void writesHeadAndEventsAndEnds() throws Exception {
        try (var client = client(QUIET, writer -> {
            assertFalse(writer.hasBegun());
            writer.write(EventWriter.event("{}".getBytes(StandardCharsets.UTF_8)));
            assertTrue(writer.hasBegun());
            writer.end(EventWriter.event("[DONE]".getBytes(StandardCharsets.UTF_8)));
        })) {
            var lines = lines(client);
            assertEquals("HTTP/1.1 200 OK", lines.readLine());
            var text = lines.lines()
                    .takeWhile(line -> !line.equals("0"))
                    .reduce("", (all, line) -> all + line + "\n")
                    .toLowerCase(Locale.ROOT);
            assertTrue(text.contains("content-type: text/event-stream; charset=utf-8\n"), text);
            assertTrue(text.contains("cache-control: no-cache\n"), text);
            assertTrue(text.contains("data: {}\n\n"), text);
            assertTrue(text.contains("data: [done]\n\n"), text);
        }
    }

    @Test
    void sendsAnEarlyHeadAtOnce() throws Exception {
        try (var client = client(QUIET, EventWriter::begin)) {
            var lines = lines(client);
            assertEquals("HTTP/1.1 200 OK", lines.readLine());
            assertEquals(": keep-alive", next(lines, ":"));
        }
    }

    @Test
    void fillsSilenceWithComments() throws Exception {
        try (var client =
                client(new EventWriter.Timing(60, 60_000), writer -> writer.write(Buffer.buffer("data: a\n\n")))) {
            var lines = lines(client);
            assertEquals("data: a", next(lines, "data"));
            for (var i = 0; i < 3; i++) {
                assertEquals(": keep-alive", next(lines, ":"));
            }
        }
    }

    @Test
    void endsTheConnectionOfAClientThatHasStoppedReading() throws Exception {
        try (var client = client(new EventWriter.Timing(30, 200), EventWriterTest::pour)) {
            stalled.get(20, TimeUnit.SECONDS);
            closed.get(20, TimeUnit.SECONDS);
            assertTrue(client.isConnected());
        }
    }

    @Test
    void tellsWhenAClientHasCaughtUp() throws Exception {
        var drained = new CompletableFuture<Void>();
        try (var client = client(QUIET, writer -> {
            pour(writer);
            writer.onDrain(() -> drained.complete(null));
        })) {
            Thread.ofVirtual().start(() -> {
                try {
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException _) {
                    // the test is over
                }
            });
            drained.get(20, TimeUnit.SECONDS);
            assertFalse(stalled.isDone());
        }
    }

    private static void pour(EventWriter writer) {
        var event = EventWriter.event(new byte[100_000]);
        for (var i = 0; i < 200; i++) {
            writer.write(event);
        }
        assertTrue(writer.isFull());
    }

    private Socket client(EventWriter.Timing timing, Consumer<EventWriter> use) throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> {
                    request.connection().closeHandler(_ -> closed.complete(null));
                    use.accept(new EventWriter(vertx, request, timing, () -> stalled.complete(null)));
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        var socket = new Socket("127.0.0.1", server.actualPort());
        socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static BufferedReader lines(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String next(BufferedReader lines, String start) throws IOException {
        while (true) {
            var line = lines.readLine();
            if (line == null || line.startsWith(start)) {
                return line;
            }
        }
    }
}
