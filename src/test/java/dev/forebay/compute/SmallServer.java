package dev.forebay.compute;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A replica for tests, run as a process: {@code port mode...}. */
public final class SmallServer {
    public static void main(String[] args) throws Exception {
        var modes = Arrays.asList(args);
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 0);
        var asked = new AtomicInteger();
        server.createContext("/health", exchange -> {
            var count = asked.incrementAndGet();
            if (modes.contains("silent-after-first") && count > 1) {
                hang();
            }
            var bad = modes.contains("never-ready")
                    || modes.contains("slow") && count < 3
                    || modes.contains("very-slow") && count < 16
                    || isSick(modes);
            var status = bad ? 503 : 200;
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.createContext("/exit", exchange -> {
            System.err.println("CUDA out of memory");
            Runtime.getRuntime().halt(7);
        });
        server.createContext("/who", exchange -> {
            var said = ProcessHandle.current().pid() + " " + System.getenv("CUDA_VISIBLE_DEVICES") + " "
                    + String.join(" ", args);
            exchange.sendResponseHeaders(200, said.length());
            exchange.getResponseBody().write(said.getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
        System.out.println("listening on " + args[0]);
    }

    /** With the mode {@code sick} before a folder that has a file of the name of its process id. */
    private static boolean isSick(List<String> modes) {
        var pid = Long.toString(ProcessHandle.current().pid());
        return modes.contains("sick") && Files.exists(Path.of(modes.getLast(), pid));
    }

    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
