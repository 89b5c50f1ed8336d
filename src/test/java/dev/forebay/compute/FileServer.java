package dev.forebay.compute;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Serves one file, as badly as it is told to. */
final class FileServer implements AutoCloseable {
    private final HttpServer server;
    final byte[] content = new byte[300_000];
    final List<String> ranges = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    volatile boolean knowsRanges = true;
    volatile int cutAfter = Integer.MAX_VALUE;
    volatile int status = 200;
    volatile String wrongRange;
    volatile URI elsewhere;

    FileServer() throws IOException {
        new Random(7).nextBytes(content);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/file", this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/file");
    }

    private void answer(HttpExchange exchange) throws IOException {
        var range = exchange.getRequestHeaders().getFirst("range");
        ranges.add(String.valueOf(range));
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
        if (elsewhere != null) {
            exchange.getResponseHeaders().set("location", elsewhere.toString());
            exchange.sendResponseHeaders(302, -1);
        } else if (status != 200) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            send(exchange, range);
        }
        exchange.close();
    }

    private void send(HttpExchange exchange, String range) throws IOException {
        var from = range == null || !knowsRanges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (from >= content.length) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        if (from > 0) {
            var said = "bytes " + from + "-" + (content.length - 1) + "/" + content.length;
            exchange.getResponseHeaders().set("content-range", wrongRange == null ? said : wrongRange);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
        var until = Math.min(content.length, cutAfter);
        exchange.getResponseBody().write(content, from, Math.max(0, until - from));
        exchange.getResponseBody().flush();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
