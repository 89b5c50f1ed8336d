package dev.forebay.compute;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A replica for tests, run as a process: {@code port mode...}. */
public final class SmallServer {
    public static void main(String[] args) throws Exception {
        var modes = Arrays.asList(args);
        System.out.println("listening on " + args[0]);
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 0);
        var asked = new AtomicInteger();
        server.createContext("/health", exchange -> {
            var count = asked.incrementAndGet();
            if (modes.contains("silent-after-first") && count > 1) {
                hang();
            }
            var status = modes.contains("never-ready") || modes.contains("slow") && count < 3 ? 503 : 200;
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.createContext("/exit", exchange -> {
            System.err.println("CUDA out of memory");
            Runtime.getRuntime().halt(7);
        });
        server.start();
    }

    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
