package dev.forebay.kubernetes;

import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Replica;
import dev.forebay.compute.ScaledProvider;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Replicas that are pods: one virtual thread a nodepool follows them, another one changes how many there are. Nothing of
 * the Kubernetes client is loaded before the first nodepool is watched.
 */
public final class KubernetesProvider implements ScaledProvider {
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Tempo tempo;
    private final Map<String, Watched> nodepools = new HashMap<>();
    private @Nullable Clusters clusters;

    private record Watched(PodWatch pods, ReplicaCount count) {
        void stop() {
            pods.stop();
            count.stop();
        }
    }

    /** @param nanos a clock for spans of time */
    public KubernetesProvider(InstantSource clock, LongSupplier nanos) {
        this(clock, nanos, Tempo.DEFAULT);
    }

    KubernetesProvider(InstantSource clock, LongSupplier nanos, Tempo tempo) {
        this.clock = clock;
        this.nanos = nanos;
        this.tempo = tempo;
    }

    @Override
    public synchronized void watch(Nodepool nodepool, Consumer<Replica> changes) {
        var opened = clusters == null ? new Clusters() : clusters;
        clusters = opened;
        var report = new Reports(nodepool, changes);
        var api = new WorkloadApi(nodepool, opened);
        var count = new ReplicaCount(api, report, clock, tempo);
        var pods = new PodWatch(api, report, clock, nanos, tempo);
        var before = nodepools.put(nodepool.id(), new Watched(pods, count));
        if (before != null) {
            before.stop();
        }
        pods.start();
        count.start();
    }

    @Override
    public void scale(Nodepool nodepool, int replicas) {
        order(nodepool, replicas, true);
    }

    @Override
    public void raise(Nodepool nodepool, int replicas) {
        order(nodepool, replicas, false);
    }

    private void order(Nodepool nodepool, int replicas, boolean mayLower) {
        if (replicas < 0) {
            throw new IllegalArgumentException("replicas: need 0 or more, got " + replicas);
        }
        watched(nodepool).count().order(new Order.Scale(replicas, mayLower));
    }

    @Override
    public void remove(Nodepool nodepool, String replicaId) {
        var prefix = nodepool.id() + "/";
        if (!replicaId.startsWith(prefix)) {
            throw new IllegalArgumentException("replica " + replicaId + " is not of nodepool " + nodepool.id());
        }
        watched(nodepool).count().order(new Order.Remove(replicaId.substring(prefix.length())));
    }

    private synchronized Watched watched(Nodepool nodepool) {
        var watched = nodepools.get(nodepool.id());
        if (watched == null) {
            throw new IllegalStateException("nodepool " + nodepool.id() + " is not watched; watch it first");
        }
        return watched;
    }

    @Override
    public synchronized void forget(Nodepool nodepool) {
        var watched = nodepools.remove(nodepool.id());
        if (watched != null) {
            watched.stop();
        }
    }

    @Override
    public synchronized void close() {
        var all = List.copyOf(nodepools.values());
        nodepools.clear();
        all.forEach(Watched::stop);
        if (clusters != null) {
            clusters.close();
            clusters = null;
        }
    }
}
