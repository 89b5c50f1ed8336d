package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The faulty server over Streamable HTTP. */
public final class FaultHttpServer implements AutoCloseable {
    static {
        // Above this the JDK's server cuts kept connections under the client's next request.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    }

    private final HttpServer server;
    private final Set<String> behaviours;
    final FaultTools tools;
    private final Set<String> sessionsAlive = ConcurrentHashMap.newKeySet();
    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    final AtomicInteger sessions = new AtomicInteger();
    final AtomicInteger listeners = new AtomicInteger();
    /** Answers every POST when it is not 0. */
    volatile int status;

    /** How many lists of tools are cut off before they are given. */
    final AtomicInteger listsToCut = new AtomicInteger();

    volatile CountDownLatch listening = new CountDownLatch(1);

    public FaultHttpServer(String... behaviours) throws IOException {
        this.behaviours = Set.of(behaviours);
        tools = new FaultTools(this.behaviours);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/mcp", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp";
    }

    /** The requests that clients have cancelled, by id. */
    public List<String> cancelled() {
        return tools.cancelled;
    }

    /** Calls of tools so far. */
    public long calls() {
        return tools.received.stream().filter("tools/call"::equals).count();
    }

    /** What the requests so far have shown as their credentials. */
    public List<String> authorizations() {
        return authorizations;
    }

    /** Calls of tools that have not ended, and may never. */
    public int running() {
        return tools.running.get();
    }

    /** From here on the server knows no session. */
    void forget() {
        sessionsAlive.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod());
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
        switch (exchange.getRequestMethod()) {
            case "POST" -> post(exchange);
            case "GET" -> get(exchange);
            default -> exchange.sendResponseHeaders(200, -1);
        }
        // Not the exchange: that would cut a connection whose answer had no body, under the next request.
        exchange.getResponseBody().close();
    }

    private void post(HttpExchange exchange) throws IOException {
        var message = FaultTools.JSON.readTree(exchange.getRequestBody().readAllBytes());
        var isFirst = message.path("method").asText().equals("initialize");
        if (isFirst) {
            var session = "session-" + sessions.incrementAndGet();
            sessionsAlive.add(session);
            exchange.getResponseHeaders().set("Mcp-Session-Id", session);
        } else if (!sessionsAlive.contains(
                String.valueOf(exchange.getRequestHeaders().getFirst("Mcp-Session-Id")))) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        if (status != 0) {
            exchange.getResponseHeaders().set("location", "http://127.0.0.1:1/");
            exchange.sendResponseHeaders(status, -1);
        } else if (!message.path("method").isTextual() || !message.has("id")) {
            handle(message, _ -> {});
            exchange.sendResponseHeaders(202, -1);
        } else if (behaviours.contains("json")) {
            handle(message, answer -> whole(exchange, answer));
        } else {
            stream(exchange, message);
        }
    }

    private void stream(HttpExchange exchange, JsonNode message) throws IOException {
        exchange.getResponseHeaders().set("content-type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        var isCall = message.path("method").asText().equals("tools/call");
        var isList = message.path("method").asText().equals("tools/list");
        if (isCall && behaviours.contains("cut") || isList && listsToCut.getAndDecrement() > 0) {
            event(exchange, ": nothing\n\n");
            return;
        }
        if (isCall && behaviours.contains("resume")) {
            event(exchange, "id: 7-" + message.path("id") + "\nretry: 10\ndata:\n\n");
            return;
        }
        handle(message, answer -> event(exchange, "event: message\ndata: " + answer + "\n\n"));
    }

    private void get(HttpExchange exchange) throws IOException {
        var last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        exchange.getResponseHeaders().set("content-type", "text/event-stream");
        if (last != null && last.startsWith("7-")) {
            exchange.sendResponseHeaders(200, 0);
            event(
                    exchange,
                    "data: {\"jsonrpc\":\"2.0\",\"id\":" + last.substring(2)
                            + ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"resumed\"}]}}\n\n");
            return;
        }
        if (behaviours.contains("json")) {
            exchange.sendResponseHeaders(405, -1);
            return;
        }
        exchange.sendResponseHeaders(200, 0);
        var mine = new CountDownLatch(1);
        tools.unasked = message -> event(exchange, "data: " + message + "\n\n");
        closeListener = mine;
        listeners.incrementAndGet();
        event(exchange, ": open\n\n");
        listening.countDown();
        try {
            mine.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    volatile CountDownLatch closeListener = new CountDownLatch(1);

    private void handle(JsonNode message, java.util.function.Consumer<ObjectNode> out) {
        try {
            tools.handle(message, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void whole(HttpExchange exchange, ObjectNode answer) {
        try {
            var bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void event(HttpExchange exchange, String event) {
        try {
            exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closeListener.countDown();
        server.stop(0);
    }
}
