package dev.forebay.compute;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Servers at given URLs: ready at once and for good. Whether they answer shows when a request meets them. */
public final class StaticProvider implements ReplicaProvider {
    private record Started(Replica replica, Consumer<Replica> changes) {}

    private final Map<String, Started> started = new ConcurrentHashMap<>();

    @Override
    public void start(Nodepool nodepool, int ordinal, Consumer<Replica> changes) {
        var endpoint = Endpoint.of(nodepool.baseUrl().get(ordinal));
        var replica = new Replica(nodepool.id() + "/" + ordinal, nodepool.id(), new Replica.State.Ready(endpoint));
        started.put(replica.id(), new Started(replica, changes));
        changes.accept(replica);
    }

    @Override
    public void stop(String replicaId) {
        var stopped = started.remove(replicaId);
        if (stopped != null) {
            stopped.changes().accept(stopped.replica().become(new Replica.State.Stopped()));
        }
    }

    @Override
    public void close() {
        started.keySet().forEach(this::stop);
    }
}
