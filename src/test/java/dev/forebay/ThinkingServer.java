package dev.forebay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** A model server that thinks before it speaks, run as a process: {@code port}. It answers completions by their prompt. */
final class ThinkingServer {
    static final long THINKING_MILLIS = 100;
    private static final long WORD_MILLIS = 15;
    private static final Pattern PROMPT = Pattern.compile("\"prompt\":\"([^\"]*)\"");
    private static final Pattern WORDS = Pattern.compile("\"max_tokens\":(\\d+)");

    private ThinkingServer() {}

    /** Starts it, as a process that can be killed. */
    static Process start(int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-Dsun.net.httpserver.nodelay=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ThinkingServer.class.getName(),
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        var server = HttpServer.create(address, 1000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/completions", ThinkingServer::answer);
        server.start();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var prompt = found(PROMPT, asked);
            pause(THINKING_MILLIS);
            if (!asked.contains("\"stream\":true")) {
                var whole = said(prompt, "\"stop\"").getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("content-type", "application/json");
                exchange.sendResponseHeaders(200, whole.length);
                exchange.getResponseBody().write(whole);
                return;
            }
            exchange.getResponseHeaders().set("content-type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            event(exchange, said(prompt, "null"));
            for (var word = 1; word < Integer.parseInt(found(WORDS, asked)); word++) {
                pause(WORD_MILLIS);
                event(exchange, said(" word", "null"));
            }
            for (var last : List.of(said("", "\"stop\""), "[DONE]")) {
                event(exchange, last);
            }
        }
    }

    private static void event(HttpExchange exchange, String data) throws IOException {
        exchange.getResponseBody().write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    private static String said(String text, String finish) {
        return "{\"id\":\"c1\",\"object\":\"text_completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"text\":\"" + text + "\",\"logprobs\":null,\"finish_reason\":" + finish + "}]}";
    }

    private static String found(Pattern pattern, String text) {
        var match = pattern.matcher(text);
        if (!match.find()) {
            throw new IllegalArgumentException("no " + pattern + " in " + text);
        }
        return match.group(1);
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(millis * 1_000_000);
    }
}
