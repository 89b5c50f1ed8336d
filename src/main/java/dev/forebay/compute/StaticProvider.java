package dev.forebay.compute;

import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Servers at given URLs. Without a {@code probe_path} they are ready at once and for good: whether they answer shows when a
 * request meets them. With one they are asked, see {@link StaticReplica}.
 */
public final class StaticProvider implements ReplicaProvider {
    private final Map<String, StaticReplica> started = new ConcurrentHashMap<>();
    private final WebClient client;
    private final InstantSource clock;
    private final Pace pace;

    public StaticProvider(Vertx vertx, InstantSource clock) {
        this(vertx, clock, Pace.DEFAULT);
    }

    StaticProvider(Vertx vertx, InstantSource clock, Pace pace) {
        this.client = WebClient.create(vertx, Probe.options(pace));
        this.clock = clock;
        this.pace = pace;
    }

    @Override
    public void start(Nodepool nodepool, int ordinal, Consumer<Replica> changes) {
        var replica = new StaticReplica(client, clock, pace, nodepool, ordinal, changes);
        var before = started.put(replica.id(), replica);
        if (before != null) {
            before.stop();
        }
        replica.start();
    }

    @Override
    public void stop(String replicaId) {
        var stopped = started.remove(replicaId);
        if (stopped != null) {
            stopped.stop();
        }
    }

    @Override
    public void close() {
        started.keySet().forEach(this::stop);
        client.close();
    }
}
