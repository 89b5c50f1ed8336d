package dev.forebay;

import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Providers;
import dev.forebay.compute.Replica;
import dev.forebay.routing.ReplicaControl;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the scaler's orders carried out by a provider. */
record ProviderControl(Providers providers, Map<String, Nodepool> nodepools, Consumer<Replica> changes)
        implements ReplicaControl {
    private static final Logger log = LoggerFactory.getLogger(ProviderControl.class);

    @Override
    public void start(String nodepool, int ordinal) {
        var known = nodepools.get(nodepool);
        if (known != null) {
            providers.start(known, ordinal, changes);
        }
    }

    @Override
    public void stop(String replicaId) {
        var known = nodepools.get(replicaId.substring(0, replicaId.lastIndexOf('/')));
        if (known != null) {
            providers.stop(known, replicaId);
        }
    }

    @Override
    public void scaled(String nodepool, int before, int desired) {
        log.atInfo()
                .addKeyValue("nodepool", nodepool)
                .addKeyValue("from", before)
                .addKeyValue("to", desired)
                .log("nodepool scaled");
        var known = nodepools.get(nodepool);
        if (known != null && desired > before) {
            providers.raise(known, desired);
        }
    }
}
