package dev.forebay.compute;

import java.util.function.Consumer;

/** Sends each nodepool to the provider of its kind: URLs, commands, workloads of a cluster. */
public final class Providers implements ReplicaProvider {
    private final ReplicaProvider servers;
    private final ReplicaProvider processes;
    private final ScaledProvider clusters;

    public Providers(ReplicaProvider servers, ReplicaProvider processes, ScaledProvider clusters) {
        this.servers = servers;
        this.processes = processes;
        this.clusters = clusters;
    }

    /** Starts every replica that the nodepool's configuration asks for and allows. */
    public void startAll(Nodepool nodepool, Consumer<Replica> changes) {
        var most = nodepool.maxInstances().orElse(nodepool.fixedReplicas());
        for (var ordinal = 0; ordinal < Math.min(nodepool.fixedReplicas(), most); ordinal++) {
            start(nodepool, ordinal, changes);
        }
    }

    /** What is there of a nodepool whose replicas come and go by themselves; of others there is nothing yet. */
    public void watch(Nodepool nodepool, Consumer<Replica> changes) {
        if (nodepool.kubernetes().isPresent()) {
            clusters.watch(nodepool, changes);
        }
    }

    /** The nodepool is gone from the configuration, and so are its replicas. */
    public void forget(Nodepool nodepool) {
        if (nodepool.kubernetes().isPresent()) {
            clusters.forget(nodepool);
        }
    }

    /** Of a nodepool that is watched: there are to be at least so many. Others are started one by one. */
    public void raise(Nodepool nodepool, int replicas) {
        if (nodepool.kubernetes().isPresent()) {
            clusters.raise(nodepool, replicas);
        }
    }

    /** Ends a replica of this nodepool that serves nobody any more. */
    public void stop(Nodepool nodepool, String replicaId) {
        if (nodepool.kubernetes().isPresent()) {
            clusters.remove(nodepool, replicaId);
        } else {
            stop(replicaId);
        }
    }

    /** Nothing for a nodepool on a cluster, which has as many as {@link #raise} says. */
    @Override
    public void start(Nodepool nodepool, int ordinal, Consumer<Replica> changes) {
        if (nodepool.kubernetes().isPresent()) {
            return;
        }
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
        clusters.close();
    }
}
