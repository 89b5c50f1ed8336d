package dev.forebay.compute;

import dev.forebay.config.Binding;
import dev.forebay.config.Yaml;
import dev.forebay.process.Orphans;
import dev.forebay.process.Processes;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Providers of processes over one data directory, as gateways that follow each other open them. */
final class LocalReplicas implements AutoCloseable {
    static final Pace FAST = new Pace(
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(50),
            Duration.ofSeconds(20),
            3,
            6,
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMinutes(1));

    private static final Map<String, String> PATH = Map.of("PATH", System.getenv("PATH"));

    private final Vertx vertx = Vertx.vertx();
    private final List<ProcessProvider> opened = new ArrayList<>();
    private final Path data;

    LocalReplicas(Path data) {
        this.data = data;
    }

    /** Of the next gateway. */
    ProcessProvider provider() {
        var processes = new Processes(PATH, new Orphans(data.resolve("children")));
        var provider = new ProcessProvider(
                processes, program(), vertx, data, InstantSource.system(), System::nanoTime, new FreePorts(), FAST);
        opened.add(provider);
        return provider;
    }

    /** A process that serves and is noted as the replica 0 of a gateway that watches over it no more. */
    ProcessHandle leave(Nodepool nodepool) throws Exception {
        var noted = data.resolve("noted");
        var processes = new Processes(PATH, new Orphans(noted));
        var launch = ReplicaLaunch.of(
                new ProcessSetting(
                        processes,
                        program(),
                        WebClient.create(vertx),
                        data.resolve("replicas"),
                        InstantSource.system(),
                        System::nanoTime,
                        new FreePorts(),
                        FAST,
                        new Machine(),
                        new Weights(data.resolve("weights"))),
                nodepool,
                0,
                new FreePorts().getAsInt(),
                nodepool.gpus().stream().limit(nodepool.gpusPerReplica()).toList());
        Files.createDirectories(data.resolve("replicas"));
        var child = processes.start(launch.launch());
        var listening = new CompletableFuture<String>();
        child.log().follow(line -> {
            if (line.startsWith("listening on")) {
                listening.complete(line);
            }
        });
        listening.get(20, TimeUnit.SECONDS);
        // It goes on to note in a file of its own.
        Files.copy(noted, data.resolve("children"), StandardCopyOption.REPLACE_EXISTING);
        return ProcessHandle.of(child.pid()).orElseThrow();
    }

    /** As a file has it; the program {@code forebay} is a {@link SmallServer}. */
    static Nodepool nodepool(String yaml) {
        return Binding.bind(Yaml.parse("test", yaml), Nodepool.class, Map.<String, String>of()::get);
    }

    private static List<String> program() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                SmallServer.class.getName());
    }

    /** The same as a line of a shell. */
    static String shell() {
        return String.join(" ", program());
    }

    /** Process id, CUDA_VISIBLE_DEVICES and arguments. */
    static String who(Endpoint endpoint) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + "/who"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    static ProcessHandle process(Endpoint endpoint) throws IOException, InterruptedException {
        return ProcessHandle.of(Long.parseLong(who(endpoint).split(" ")[0])).orElseThrow();
    }

    @Override
    public void close() {
        opened.forEach(ProcessProvider::close);
        vertx.close().await();
    }
}
