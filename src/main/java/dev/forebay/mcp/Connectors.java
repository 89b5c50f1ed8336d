package dev.forebay.mcp;

import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.config.Secret;
import dev.forebay.process.Launch;
import dev.forebay.process.Processes;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Opens connections to servers of all kinds. */
final class Connectors {
    // Shorter than the 5 s after which Node closes: a call on a connection that is just being closed is lost.
    private static final int KEEP_ALIVE_SECONDS = 4;
    private static final int LISTENING_CONNECTIONS = 64;

    private final McpSettings settings;
    private final Processes processes;
    private final Vertx vertx;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final McpObserver observer;
    private final HttpClient client;

    Connectors(
            McpSettings settings,
            Processes processes,
            Vertx vertx,
            LongSupplier nanos,
            RandomGenerator random,
            McpObserver observer) {
        this.settings = settings;
        this.processes = processes;
        this.vertx = vertx;
        this.nanos = nanos;
        this.random = random;
        this.observer = observer;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setDecompressionSupported(true)
                        .setMaxHeaderSize(64 * 1024),
                new PoolOptions()
                        .setHttp1MaxSize(settings.callsMax() + LISTENING_CONNECTIONS)
                        .setMaxWaitQueueSize(settings.callsMax()));
    }

    Link.Connector to(McpServer server) {
        var file = server.file();
        var timeout = Duration.ofSeconds(file.connectTimeoutSeconds());
        if (file.url().isPresent()) {
            return to(server.id(), server.id(), file.url().get(), revealed(file.headers()), timeout);
        }
        var command = new ArrayList<>(file.command());
        command.addAll(file.args());
        var directory = file.directory().orElse(server.folder());
        return process(server.id(), command, revealed(file.env()), directory, timeout);
    }

    /** @param name how messages call the server; {@code observed} is what metrics call it */
    Link.Connector to(String name, String observed, URI url, Map<String, String> headers, Duration timeout) {
        return () -> {
            var target = new HttpTarget(
                    name, vertx, vertx.getOrCreateContext(), client, url, headers, timeout, settings.messageBytesMax());
            return open(
                    missedNews -> new StreamableHttpTransport(target, ownRandom(), missedNews),
                    timeout,
                    operations(observed));
        };
    }

    Link.Connector process(
            String name, List<String> command, Map<String, String> env, Path directory, Duration timeout) {
        var launch = new Launch("mcp server " + name, command, env, directory.toAbsolutePath(), true);
        return () -> open(
                _ -> new StdioTransport(
                        name,
                        processes,
                        launch,
                        settings.messageBytesMax(),
                        Duration.ofSeconds(settings.stopSeconds())),
                timeout,
                operations(name));
    }

    McpObserver observer() {
        return observer;
    }

    Operations operations(String observed) {
        return new Operations(observed, observer, nanos);
    }

    /** Random generators are not for several threads: each user gets one of its own. */
    synchronized RandomGenerator ownRandom() {
        return new SplittableRandom(random.nextLong());
    }

    void close() {
        client.close();
    }

    private McpConnection open(LegacyConnection.Carrier carrier, Duration timeout, Operations operations)
            throws ToolFailure, InterruptedException {
        return LegacyConnection.open(carrier, timeout, settings.toolsMax(), operations, nanos);
    }

    private static Map<String, String> revealed(Map<String, Secret> secrets) {
        var revealed = new HashMap<String, String>();
        secrets.forEach((name, secret) -> revealed.put(name, secret.reveal()));
        return revealed;
    }
}
