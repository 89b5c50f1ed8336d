package dev.forebay.kubernetes;

import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Replica;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a nodepool's listener hears: each change once, of one replica in order, whichever thread found it. */
final class Reports {
    private static final Logger log = LoggerFactory.getLogger(Reports.class);

    private final String nodepool;
    private final Consumer<Replica> changes;
    private final Map<String, Replica.State> last = new HashMap<>();
    private boolean over;

    Reports(Nodepool nodepool, Consumer<Replica> changes) {
        this.nodepool = nodepool.id();
        this.changes = changes;
    }

    synchronized void report(String name, Replica.State state) {
        if (over || state.equals(last.get(name))) {
            return;
        }
        if (state instanceof Replica.State.Stopped) {
            if (last.remove(name) == null) {
                return;
            }
        } else {
            last.put(name, state);
        }
        var replica = new Replica(nodepool + "/" + name, nodepool, state);
        log.atDebug()
                .addKeyValue("replica", replica.id())
                .addKeyValue("state", state)
                .log("replica changed");
        try {
            changes.accept(replica);
        } catch (RuntimeException e) {
            log.atError().addKeyValue("replica", replica.id()).setCause(e).log("a change of a replica was not taken");
        }
    }

    /** What was told of it last; null if it is not there or has stopped. */
    synchronized Replica.@Nullable State last(String name) {
        return last.get(name);
    }

    /** Tells that all replicas have stopped as far as the listener is concerned, and then nothing any more. */
    synchronized void end() {
        for (var name : last.keySet().toArray(String[]::new)) {
            report(name, new Replica.State.Stopped());
        }
        over = true;
    }
}
