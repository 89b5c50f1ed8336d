package dev.forebay;

import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Providers;
import dev.forebay.compute.Replica;
import dev.forebay.routing.ReplicaControl;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the scaler's orders carried out by a provider. The scaler gives one at a time. */
final class ProviderControl implements ReplicaControl {
    private static final Logger log = LoggerFactory.getLogger(ProviderControl.class);

    private final Providers providers;
    private final Map<String, Nodepool> nodepools;
    private final Consumer<Replica> changes;
    private final Map<String, Integer> desired = new HashMap<>();
    private final Set<String> lowered = new HashSet<>();

    ProviderControl(Providers providers, Map<String, Nodepool> nodepools, Consumer<Replica> changes) {
        this.providers = providers;
        this.nodepools = Map.copyOf(nodepools);
        this.changes = changes;
    }

    @Override
    public void start(String nodepool, int ordinal) {
        var known = nodepools.get(nodepool);
        if (known == null) {
            return;
        }
        providers.start(known, ordinal, changes);
        // To remove a pod lowers the number of a workload; what is still wanted has to be said again.
        if (lowered.remove(nodepool)) {
            providers.raise(known, desired.getOrDefault(nodepool, 0));
        }
    }

    @Override
    public void stop(String replicaId) {
        var nodepool = replicaId.substring(0, replicaId.lastIndexOf('/'));
        var known = nodepools.get(nodepool);
        if (known != null) {
            providers.stop(known, replicaId);
            lowered.add(nodepool);
        }
    }

    @Override
    public void scaled(String nodepool, int before, int wanted) {
        log.atInfo()
                .addKeyValue("nodepool", nodepool)
                .addKeyValue("from", before)
                .addKeyValue("to", wanted)
                .log("nodepool scaled");
        desired.put(nodepool, wanted);
        var known = nodepools.get(nodepool);
        if (known != null && wanted > before) {
            providers.raise(known, wanted);
        }
    }
}
