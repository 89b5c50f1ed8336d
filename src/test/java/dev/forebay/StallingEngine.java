package dev.forebay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.forebay.upstream.Answers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A model server for a process of its own: a stream says the process's id and then nothing more; all else is answered. */
final class StallingEngine {
    private StallingEngine() {}

    /** As a nodepool's command. */
    static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StallingEngine.class.getName(),
                "{port}");
    }

    public static void main(String[] args) throws IOException {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/v1/chat/completions", StallingEngine::answer);
        server.start();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        var asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var pid = Long.toString(ProcessHandle.current().pid());
        var headers = exchange.getResponseHeaders();
        if (asked.contains("\"stream\":true")) {
            headers.set("content-type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(("data: " + Answers.text(pid) + "\n\n").getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            stayForEver();
        }
        var whole = Answers.completion(pid).getBytes(StandardCharsets.UTF_8);
        headers.set("content-type", "application/json");
        exchange.sendResponseHeaders(200, whole.length);
        exchange.getResponseBody().write(whole);
        exchange.close();
    }

    private static void stayForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
