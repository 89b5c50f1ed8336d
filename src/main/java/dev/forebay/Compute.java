package dev.forebay;

import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Providers;
import dev.forebay.compute.Replica;
import dev.forebay.routing.ReplicaControl;
import dev.forebay.routing.Router;
import dev.forebay.routing.Scaler;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of the configured nodepools: servers at URLs count from the start, the others are started and ended as the
 * scaler orders. Thread-safe.
 */
final class Compute implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Compute.class);

    private final Providers providers;
    private final Router router;
    private final Consumer<Replica> changes;
    private final Scaler scaler;
    // Of this configuration and of earlier ones, whose replicas are still to be ended.
    private final Map<String, Nodepool> known = new ConcurrentHashMap<>();
    private Map<String, Nodepool> configured = Map.of();

    /** @param changes hears of each state of each replica, beside the router */
    Compute(Providers providers, Router router, Consumer<Replica> changes, InstantSource clock) {
        this.providers = providers;
        this.router = router;
        this.changes = replica -> {
            router.changed(replica);
            changes.accept(replica);
        };
        this.scaler = new Scaler(router, new Orders(), clock);
    }

    /**
     * Goes on by these nodepools, which the router knows already. Replicas that serve differently now are replaced:
     * servers at URLs at once, the others by the scaler, one after the other, from the next {@link #tick}.
     */
    synchronized void configure(List<Nodepool> nodepools) {
        var next = new HashMap<String, Nodepool>();
        for (var nodepool : nodepools) {
            var before = configured.get(nodepool.id());
            next.put(nodepool.id(), nodepool);
            var last = known.put(nodepool.id(), nodepool);
            if (before == null) {
                begin(nodepool);
                // One that was removed and comes again may still have servers that it no longer names.
                if (last != null && !last.isScalable()) {
                    stopFrom(
                            last, nodepool.isScalable() ? 0 : nodepool.baseUrl().size());
                }
            } else if (!nodepool.isServedLike(before)) {
                replace(before, nodepool);
            }
        }
        configured = Map.copyOf(next);
    }

    /** Nobody asks for nodepools any more that are not configured; the scaler's have been told so by the router. */
    synchronized void endRemoved() {
        var gone = new HashSet<>(known.keySet());
        gone.removeAll(configured.keySet());
        for (var id : gone) {
            var nodepool = known.get(id);
            if (nodepool != null && !nodepool.isScalable()) {
                stopFrom(nodepool, 0);
            }
        }
    }

    /** To be called about once a second. */
    void tick() {
        scaler.tick();
        forgetRemoved();
    }

    /** Not while a configuration begins that has one of them again. */
    private synchronized void forgetRemoved() {
        known.values().removeIf(nodepool -> {
            var gone = !router.isKnown(nodepool.id());
            if (gone) {
                providers.forget(nodepool);
            }
            return gone;
        });
    }

    /** Gives no order any more, and ends all replicas. */
    @Override
    public void close() {
        // First, else it would start anew what the providers end.
        scaler.close();
        providers.close();
    }

    private void begin(Nodepool nodepool) {
        if (nodepool.isScalable()) {
            providers.watch(nodepool, changes);
        } else {
            providers.startAll(nodepool, changes);
        }
    }

    private void replace(Nodepool before, Nodepool nodepool) {
        if (!nodepool.isScalable()) {
            providers.startAll(nodepool, changes);
            stopFrom(before, nodepool.baseUrl().size());
        } else if (nodepool.kubernetes().isPresent()) {
            providers.watch(nodepool, changes);
        } else {
            router.outdate(nodepool.id());
        }
    }

    private void stopFrom(Nodepool urls, int first) {
        for (var ordinal = first; ordinal < urls.baseUrl().size(); ordinal++) {
            providers.stop(urls, Replica.id(urls.id(), ordinal));
        }
    }

    Scaler scaler() {
        return scaler;
    }

    /** The scaler's, carried out by a provider. It gives one at a time. */
    private final class Orders implements ReplicaControl {
        private final Map<String, Integer> wanted = new HashMap<>();
        private final Set<String> lowered = new HashSet<>();

        @Override
        public void start(String nodepool, int ordinal) {
            var its = known.get(nodepool);
            if (its == null) {
                return;
            }
            providers.start(its, ordinal, changes);
            // To remove a pod lowers the number of a workload; what is still wanted has to be said again.
            if (lowered.remove(nodepool)) {
                providers.raise(its, wanted.getOrDefault(nodepool, 0));
            }
        }

        @Override
        public void stop(String replicaId) {
            var nodepool = Replica.nodepoolOf(replicaId);
            var its = known.get(nodepool);
            if (its != null) {
                providers.stop(its, replicaId);
                lowered.add(nodepool);
            }
        }

        @Override
        public void scaled(String nodepool, int before, int desired) {
            log.atInfo()
                    .addKeyValue("nodepool", nodepool)
                    .addKeyValue("from", before)
                    .addKeyValue("to", desired)
                    .log("nodepool scaled");
            wanted.put(nodepool, desired);
            var its = known.get(nodepool);
            if (its != null && desired > before) {
                providers.raise(its, desired);
            }
        }
    }
}
