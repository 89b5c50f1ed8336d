package dev.forebay.compute;

import java.util.function.Consumer;

/** Sends each nodepool to the provider of its kind: URLs to one, commands to the other. */
public final class Providers implements ReplicaProvider {
    private final ReplicaProvider servers;
    private final ReplicaProvider processes;

    public Providers(ReplicaProvider servers, ReplicaProvider processes) {
        this.servers = servers;
        this.processes = processes;
    }

    /** Starts every replica that the nodepool's configuration asks for and allows. */
    public void startAll(Nodepool nodepool, Consumer<Replica> changes) {
        var count = nodepool.command().isEmpty() ? nodepool.baseUrl().size() : nodepool.replicas();
        var most = nodepool.maxInstances().orElse(count);
        for (var ordinal = 0; ordinal < Math.min(count, most); ordinal++) {
            start(nodepool, ordinal, changes);
        }
    }

    @Override
    public void start(Nodepool nodepool, int ordinal, Consumer<Replica> changes) {
        (nodepool.command().isEmpty() ? servers : processes).start(nodepool, ordinal, changes);
    }

    /** Each provider knows its own replicas and ignores the other's. */
    @Override
    public void stop(String replicaId) {
        servers.stop(replicaId);
        processes.stop(replicaId);
    }

    @Override
    public void close() {
        servers.close();
        processes.close();
    }
}
