package dev.forebay.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A running demo server with a client for it. */
final class Demo implements AutoCloseable {
    static final String CHAT = "/v1/chat/completions";
    static final Settings FAST = Settings.STANDARD.withWordPause(Duration.ZERO);

    private final Vertx vertx = Vertx.vertx();
    final DemoServer server;
    final DemoClient client;

    Demo(Settings settings) {
        var ids = new AtomicInteger();
        var now = Instant.parse("2026-11-25T00:00:00Z");
        server = await(DemoServer.start(vertx, 0, settings, () -> now, () -> "id" + ids.incrementAndGet()));
        client = new DemoClient(server.port());
    }

    Vertx vertx() {
        return vertx;
    }

    /** A connection on which nothing has been sent. */
    Socket connect() throws IOException {
        var socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Sends a chat request and reads the first line of the answer. */
    static String post(Socket socket, String body) throws IOException {
        write(
                socket,
                "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(CHAT, body.length(), body));
        return line(socket.getInputStream());
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** A chat request with one user message. */
    static String user(String message, String moreMembers) {
        var text = new ObjectMapper().valueToTree(message).toString();
        return "{\"model\":\"my-model\",\"messages\":[{\"role\":\"user\",\"content\":" + text + "}]" + moreMembers
                + "}";
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not within 20 s", e);
        }
    }

    @Override
    public void close() {
        client.close();
        await(server.close());
        await(vertx.close());
    }
}
