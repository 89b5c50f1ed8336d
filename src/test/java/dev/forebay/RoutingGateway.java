package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A gateway in a process of its own over two nodepools of processes ({@code near} and {@code far}, of the demo model) and
 * one of two servers at URLs ({@code urls}), with what can happen to them. Each thing that happens is waited for.
 */
final class RoutingGateway implements AutoCloseable {
    /** The first goes to near, then far, then urls; the second to urls first. */
    static final List<String> MODELS = List.of("local", "remote");

    static final int NEAR_MAX = 3;
    private static final int FAR_MAX = 2;

    /** As eager as can be, so that there is much of it. */
    private static final String SCALING = "traffic_history_seconds: 10, scale_up_delay_seconds: 0,"
            + " scale_down_delay_seconds: 2, scale_to_zero_delay_seconds: 5";

    /** On a machine that is busy with as many processes a start takes its time. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** A replica that runs, and where. */
    record Replica(String id, String nodepool, String state, int inFlight, int port) {}

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Path folder;
    private final int slots;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Process> servers = new ArrayList<>();
    private final ForebayProcess gateway;
    private int near = NEAR_MAX;
    private int generation;

    /** @param slots of each replica that is a process */
    RoutingGateway(Path folder, int slots) throws Exception {
        this.folder = folder;
        this.slots = slots;
        for (var i = 0; i < 2; i++) {
            try (var free = new ServerSocket(0)) {
                ports.add(free.getLocalPort());
            }
        }
        startServers();
        gateway = ForebayProcess.up(folder, yaml(), Map.of("FOREBAY_LOG_LEVEL", "warn"));
        gateway.awaitReady();
        awaitNear(NEAR_MAX);
    }

    URI url() {
        return gateway.awaitReady();
    }

    String key() throws IOException {
        return ForebayProcess.key(folder);
    }

    /** What the gateway has warned of, or complained about. */
    String log() {
        return gateway.errors();
    }

    /** Down to one replica of near, and back up. */
    void scaleDown() throws Exception {
        near = 1;
        reload();
        awaitNear(1);
        near = NEAR_MAX;
        reload();
        awaitNear(NEAR_MAX);
    }

    /** Near gets no new request, until it may again. */
    void cordon(boolean cordoned) {
        ask("POST", "/nodepools/near/" + (cordoned ? "cordon" : "uncordon"));
    }

    /** A changed environment: each process of near and far is replaced by one that has it. */
    void rollOut() throws Exception {
        var before = processes();
        generation++;
        reload();
        await(
                () -> ready("near") == NEAR_MAX && before.stream().noneMatch(processes()::contains),
                () -> "after " + before + " there are " + replicas());
    }

    /**
     * SIGKILL for the process of near that has most in flight.
     *
     * @return its replica
     */
    String killOne() {
        var victim = replicas().stream()
                .filter(replica ->
                        replica.nodepool().equals("near") && replica.state().equals("ready"))
                .max(Comparator.comparingInt(Replica::inFlight))
                .orElseThrow();
        var port = Integer.toString(victim.port());
        var killed = gateway.children().stream()
                .filter(child -> words(child).contains(port))
                .toList();
        assertTrue(!killed.isEmpty(), () -> "no process of " + victim);
        killed.forEach(ProcessHandle::destroyForcibly);
        killed.forEach(each -> each.onExit().join());
        return victim.id();
    }

    /** Of its command; the JDK tells none where they are long, as with a class path. */
    private static List<String> words(ProcessHandle child) {
        try {
            return List.of(Files.readString(Path.of("/proc/" + child.pid() + "/cmdline"))
                    .split("\0"));
        } catch (IOException _) {
            return List.of(); // it has ended
        }
    }

    void awaitRecovery() {
        awaitNear(NEAR_MAX);
    }

    /** SIGKILL for both servers at URLs. */
    void killServers() throws InterruptedException {
        for (var server : servers) {
            server.destroyForcibly();
            server.waitFor();
        }
        servers.clear();
    }

    void startServers() throws IOException {
        for (var port : ports) {
            servers.add(ThinkingServer.start(port));
        }
    }

    /** The servers at URLs have served again. */
    void awaitServers() {
        var before = servedByServers();
        await(() -> servedByServers() >= before + 20, () -> "urls serve nobody: " + replicas());
    }

    private double servedByServers() {
        return metric("forebay_upstream_requests_total", "nodepool=\"urls\"", "outcome=\"ok\"");
    }

    /** Nobody is in flight or waits. */
    void awaitIdle() {
        await(
                () -> metric("forebay_nodepool_inflight") == 0 && metric("forebay_nodepool_queue_depth") == 0,
                () -> "something is never over: " + replicas());
        assertTrue(replicas().stream().allMatch(replica -> replica.inFlight() == 0));
    }

    double metric(String name, String... labels) {
        return gateway.metric(name, labels);
    }

    private void awaitNear(int count) {
        await(
                () -> ready("near") == count
                        && replicas().stream()
                                        .filter(replica -> replica.nodepool().equals("near"))
                                        .count()
                                == count,
                () -> "near does not come to " + count + ": " + replicas());
    }

    private long ready(String nodepool) {
        return replicas().stream()
                .filter(replica ->
                        replica.nodepool().equals(nodepool) && replica.state().equals("ready"))
                .count();
    }

    /** Ports, since ids are used again. */
    private Set<Integer> processes() {
        return replicas().stream()
                .filter(replica -> !replica.nodepool().equals("urls"))
                .map(Replica::port)
                .collect(Collectors.toSet());
    }

    private List<Replica> replicas() {
        return StreamSupport.stream(ask("GET", "/replicas").path("data").spliterator(), false)
                .map(RoutingGateway::replica)
                .toList();
    }

    private static Replica replica(JsonNode row) {
        var endpoint = row.path("endpoint").asText("");
        return new Replica(
                row.path("id").asText(),
                row.path("nodepool").asText(),
                row.path("state").asText(),
                row.path("in_flight").asInt(),
                endpoint.isEmpty() ? -1 : URI.create(endpoint).getPort());
    }

    private void reload() throws IOException {
        Files.writeString(folder.resolve("forebay.yaml"), yaml());
        ask("POST", "/config/reload");
    }

    private JsonNode ask(String method, String path) {
        try {
            var request = HttpRequest.newBuilder(url().resolve("/api/v1" + path))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .header(
                            "authorization",
                            "Bearer "
                                    + Files.readString(folder.resolve("data/admin.key"))
                                            .strip())
                    .timeout(PATIENCE)
                    .build();
            var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer::body);
            return RunningGateway.json(answer);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void await(BooleanSupplier fact, Supplier<String> otherwise) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!fact.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, otherwise);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private String yaml() {
        return """
                data: data
                server: {warm_up_millis: 0}
                nodepools:
                  - {id: near, command: [forebay, demo, --port, "{port}"], env: {GENERATION: "%2$d"}, slots: %1$d}
                  - {id: far, command: [forebay, demo, --port, "{port}"], env: {GENERATION: "%2$d"}, slots: %1$d}
                  - id: urls
                    base_url: ["http://127.0.0.1:%3$d/v1", "http://127.0.0.1:%4$d/v1"]
                    failover: {ejection_seconds: 2, ejection_seconds_max: 4}
                models:
                  - id: local
                    nodepools: [{nodepool: near, max_replicas: %5$d}, {nodepool: far, max_replicas: %6$d}, urls]
                    autoscale: {min_replicas: %5$d, max_replicas: %7$d, SCALING}
                    spillover: {queue_age_threshold_ms: 100, close_delay_seconds: 3}
                  - id: remote
                    nodepools: [urls, {nodepool: near, max_replicas: %5$d}, {nodepool: far, max_replicas: %6$d}]
                    autoscale: {max_replicas: %7$d, SCALING}
                    spillover: {queue_age_threshold_ms: 100, close_delay_seconds: 3}
                """.replace("SCALING", SCALING)
                .formatted(slots, generation, ports.get(0), ports.get(1), near, FAR_MAX, NEAR_MAX);
    }

    /** Ends as operators end it, and says how it went. */
    int stop() {
        gateway.terminate();
        return gateway.awaitExit();
    }

    @Override
    public void close() {
        var replicas = gateway.children();
        gateway.close();
        // Those of a gateway that is killed go on.
        replicas.forEach(ProcessHandle::destroyForcibly);
        servers.forEach(Process::destroyForcibly);
    }
}
