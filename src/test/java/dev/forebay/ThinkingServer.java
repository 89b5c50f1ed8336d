package dev.forebay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * A model server that thinks before it speaks, run as a process: {@code port}, and perhaps a file that must be there before
 * it is ready; it notes beside it, with {@code .asked} behind its name, that it listens. It answers completions by their
 * prompt; one of {@code until FILE} is answered, or streamed on, until that file is there.
 */
final class ThinkingServer {
    static final long THINKING_MILLIS = 100;
    private static final long WORD_MILLIS = 15;
    private static final Pattern PROMPT = Pattern.compile("\"prompt\":\"([^\"]*)\"");
    private static final Pattern UNTIL = Pattern.compile("until (\\S+)");
    private static final Pattern WORDS = Pattern.compile("\"max_tokens\":(\\d+)");

    private ThinkingServer() {}

    /** What starts it, but for its arguments. */
    static List<String> command() {
        try {
            var classes =
                    ThinkingServer.class.getProtectionDomain().getCodeSource().getLocation();
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xmx128m",
                    "-Dsun.net.httpserver.nodelay=true",
                    "-cp",
                    Path.of(classes.toURI()).toString(),
                    ThinkingServer.class.getName());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts it, as a process that can be killed. */
    static Process start(int port) throws IOException {
        var command = new ArrayList<>(command());
        command.add(Integer.toString(port));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        var server = HttpServer.create(address, 1000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var needed = args.length > 1 ? Optional.of(Path.of(args[1])) : Optional.<Path>empty();
        server.createContext("/health", exchange -> {
            if (needed.isPresent()) {
                Files.writeString(Path.of(needed.get() + ".asked"), "");
            }
            exchange.sendResponseHeaders(isReady(needed) ? 200 : 503, -1);
            exchange.close();
        });
        server.createContext("/v1/completions", exchange -> {
            if (isReady(needed)) {
                answer(exchange);
            } else {
                exchange.sendResponseHeaders(500, -1);
                exchange.close();
            }
        });
        server.start();
    }

    private static boolean isReady(Optional<Path> needed) {
        return needed.map(Files::exists).orElse(true);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var prompt = found(PROMPT, asked);
            var until = UNTIL.matcher(prompt);
            var held = until.find() ? Path.of(until.group(1)) : Path.of("/");
            pause(THINKING_MILLIS);
            if (!asked.contains("\"stream\":true")) {
                while (!Files.exists(held)) {
                    pause(WORD_MILLIS);
                }
                var whole = said(prompt, "\"stop\"").getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("content-type", "application/json");
                exchange.sendResponseHeaders(200, whole.length);
                exchange.getResponseBody().write(whole);
                return;
            }
            exchange.getResponseHeaders().set("content-type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            event(exchange, said(prompt, "null"));
            var words = Integer.parseInt(found(WORDS, asked));
            for (var word = 1; word < words || !Files.exists(held); word++) {
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
