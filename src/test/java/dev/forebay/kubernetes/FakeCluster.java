package dev.forebay.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * The API server of a cluster as far as Forebay uses it, over a socket: pods that can be listed and watched from a version
 * on, workloads with a scale that minds versions, server-side apply. Faults are ordered for the requests to come.
 */
public final class FakeCluster implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    /** What the next request whose method and path hold all the words gets instead of its answer. */
    record Fault(List<String> words, int status, String message, Map<String, String> headers, CountDownLatch hold) {}

    private static final int DONE = 0;

    final FakeObjects objects = new FakeObjects();
    final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public FakeCluster() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public Path kubeconfig(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("kubeconfig"),
                kubeconfig("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    static String kubeconfig(String url) {
        return """
                apiVersion: v1
                kind: Config
                current-context: first
                clusters: [{name: here, cluster: {server: "%s"}}]
                users: [{name: me, user: {token: letmein}}]
                contexts: [{name: first, context: {cluster: here, user: me}}]
                """.formatted(url);
    }

    /** The pods' names, in their order. */
    public List<String> podNames() {
        return objects.podNames();
    }

    /** From now on the cluster says that this pod is ready at this address, whether or not something answers there. */
    public void ready(String pod, String address) {
        objects.ready(pod, address);
    }

    void failNext(int status, String message, String... words) {
        fault(new Fault(List.of(words), status, message, Map.of(), new CountDownLatch(0)));
    }

    /** The next ones are carried out and answered with 503 all the same. */
    void loseAnswers(int count, String... words) {
        for (var i = 0; i < count; i++) {
            fault(new Fault(List.of(words), DONE, "the answer was lost", Map.of(), new CountDownLatch(0)));
        }
    }

    synchronized void fault(Fault fault) {
        faults.add(fault);
    }

    /** Waits until it holds, which it is asked after every request and change. */
    void await(BooleanSupplier condition) throws InterruptedException {
        objects.await(condition);
    }

    long count(String... words) {
        return requests.stream()
                .filter(r -> List.of(words).stream().allMatch(r::contains))
                .count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        var request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        var body = exchange.getRequestBody().readAllBytes();
        try (exchange) {
            requests.add(request);
            objects.changed();
            var fault = fault(request);
            if (fault != null) {
                fault.hold().await();
                if (fault.status() == DONE) {
                    var _ = objects.answer(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().getPath(),
                            "",
                            body);
                }
                fault.headers()
                        .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
                var code = fault.status() == DONE ? 503 : fault.status();
                answer(exchange, code, status(code, fault.message()));
                return;
            }
            if (request.contains("watch=true")) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, 0);
                objects.watch(query(exchange, "resourceVersion"), exchange.getResponseBody());
                return;
            }
            var answer = objects.answer(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    query(exchange, "labelSelector"),
                    body);
            var code = answer.path("kind").asText().equals("Status")
                    ? answer.path("code").asInt()
                    : 200;
            answer(exchange, code, answer);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Fault fault(String request) {
        for (var fault : faults) {
            if (fault.words().stream().allMatch(request::contains)) {
                faults.remove(fault);
                return fault;
            }
        }
        return null;
    }

    static ObjectNode status(int code, String message) {
        var status = JSON.createObjectNode();
        status.put("apiVersion", "v1").put("kind", "Status").put("status", "Failure");
        return status.put("code", code).put("message", message);
    }

    private static String query(HttpExchange exchange, String name) {
        var query = exchange.getRequestURI().getQuery();
        for (var part : (query == null ? "" : query).split("&")) {
            if (part.startsWith(name + "=")) {
                return part.substring(name.length() + 1);
            }
        }
        return "";
    }

    private static void answer(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        var bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        objects.dropWatches();
        threads.shutdownNow();
        server.stop(0);
    }
}
