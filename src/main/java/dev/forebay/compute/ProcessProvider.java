package dev.forebay.compute;

import dev.forebay.process.Processes;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Replicas that are processes of this machine, each on a port of the loopback address. In a nodepool's command
 * {@code {port}} stands for the port, {@code {replica}} for the replica's ordinal, and the program {@code forebay} for
 * this program. A replica is ready once its {@code ready_path} answers 200; what it writes goes to
 * {@code <data>/replicas/<nodepool>-<ordinal>.log}. One virtual thread watches over each.
 */
public final class ProcessProvider implements ReplicaProvider {
    private final Map<String, ReplicaProcess> running = new ConcurrentHashMap<>();
    private final ReplicaProcess.Surroundings surroundings;
    private final WebClient client;

    /**
     * @param self program and arguments that the word {@code forebay} stands for
     * @param data the data directory; processes run in its folder {@code replicas}
     * @param nanos a clock for spans of time
     * @param ports gives a port of the loopback address that is free now
     */
    public ProcessProvider(
            Processes processes,
            List<String> self,
            Vertx vertx,
            Path data,
            InstantSource clock,
            LongSupplier nanos,
            IntSupplier ports) {
        this(processes, self, vertx, data, clock, nanos, ports, Pace.DEFAULT);
    }

    ProcessProvider(
            Processes processes,
            List<String> self,
            Vertx vertx,
            Path data,
            InstantSource clock,
            LongSupplier nanos,
            IntSupplier ports,
            Pace pace) {
        this.client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setUserAgent("forebay-probe")
                        .setFollowRedirects(false)
                        .setKeepAlive(false)
                        .setConnectTimeout((int) pace.answer().toMillis()));
        this.surroundings = new ReplicaProcess.Surroundings(
                processes, List.copyOf(self), client, data.resolve("replicas"), clock, nanos, ports, pace);
    }

    @Override
    public void start(Nodepool nodepool, int ordinal, Consumer<Replica> changes) {
        var id = nodepool.id() + "/" + ordinal;
        var file = URLEncoder.encode(nodepool.id(), StandardCharsets.UTF_8) + "-" + ordinal + ".log";
        var log = new ReplicaLog(surroundings.folder().resolve(file));
        var replica = new ReplicaProcess(surroundings, nodepool, ordinal, log, change -> {
            if (change.state() instanceof Replica.State.Stopped) {
                running.remove(id);
            }
            changes.accept(change);
        });
        if (running.putIfAbsent(id, replica) != null) {
            throw new IllegalStateException("replica " + id + " runs already; stop it first");
        }
        replica.start();
    }

    @Override
    public void stop(String replicaId) {
        var replica = running.get(replicaId);
        if (replica != null) {
            replica.stop();
        }
    }

    @Override
    public void close() {
        var all = List.copyOf(running.values());
        all.forEach(ReplicaProcess::stop);
        all.forEach(ReplicaProcess::awaitEnd);
        client.close();
    }
}
