package dev.forebay.routing;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** What operators have set of one deployment against its configuration. Guarded by the deployment's lock. */
final class Interventions {
    private final boolean configured;
    private final Map<String, Integer> replicas = new HashMap<>();
    private boolean enabled;

    /** @param configured whether the configuration has it enabled */
    Interventions(boolean configured) {
        this.configured = configured;
        this.enabled = configured;
    }

    boolean enabled() {
        return enabled;
    }

    void enable(boolean on) {
        enabled = on;
    }

    /** That there are to be for this deployment, whatever its load. */
    OptionalInt replicas(String nodepool) {
        var fixed = replicas.get(nodepool);
        return fixed == null ? OptionalInt.empty() : OptionalInt.of(fixed);
    }

    void fix(String nodepool, int count) {
        replicas.put(nodepool, count);
    }

    /** What operators have set of the deployment stays set when its configuration changes. */
    void inherit(Interventions before) {
        replicas.putAll(before.replicas);
        if (before.enabled != before.configured) {
            enabled = before.enabled;
        }
    }

    /** Back to what the configuration says. */
    void reset() {
        enabled = configured;
        replicas.clear();
    }
}
