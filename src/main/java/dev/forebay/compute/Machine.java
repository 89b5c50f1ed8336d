package dev.forebay.compute;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What replicas that are processes of this machine have to share: its GPUs, each of which one replica has to itself
 * whatever its nodepool, and the number of instances that a nodepool allows. A place is taken while a process runs. Thread-safe.
 */
final class Machine {
    sealed interface Answer {
        record Granted(List<String> gpus) implements Answer {}

        record None(String reason) implements Answer {}
    }

    private record Place(String nodepool, List<String> gpus) {}

    private final Map<String, Place> taken = new LinkedHashMap<>();
    private final Set<Pause> waiting = new LinkedHashSet<>();
    private volatile long changes;

    /** Takes a place for a replica that has none. */
    synchronized Answer take(Nodepool nodepool, String replicaId) {
        var max = nodepool.maxInstances();
        var there = taken.values().stream()
                .filter(place -> place.nodepool().equals(nodepool.id()))
                .count();
        if (max.isPresent() && there >= max.getAsInt()) {
            return new Answer.None(
                    max.getAsInt() == 0
                            ? "the nodepool is disabled by max_instances: 0"
                            : "all " + max.getAsInt() + " instances that max_instances allows are in use");
        }
        if (nodepool.gpus().isEmpty()) {
            taken.put(replicaId, new Place(nodepool.id(), List.of()));
            return new Answer.Granted(List.of());
        }
        var used = new HashSet<String>();
        taken.values().forEach(place -> used.addAll(place.gpus()));
        var free = new ArrayList<>(nodepool.gpus());
        free.removeAll(used);
        if (free.size() < nodepool.gpusPerReplica()) {
            return new Answer.None("it needs " + nodepool.gpusPerReplica() + " of the GPUs "
                    + String.join(", ", nodepool.gpus())
                    + (free.isEmpty() ? ", and none is free" : ", and only " + String.join(", ", free) + " is free"));
        }
        var given = List.copyOf(free.subList(0, nodepool.gpusPerReplica()));
        taken.put(replicaId, new Place(nodepool.id(), given));
        return new Answer.Granted(given);
    }

    /** The place of a process that runs already. */
    synchronized void hold(String replicaId, String nodepool, List<String> gpus) {
        taken.put(replicaId, new Place(nodepool, gpus));
    }

    void free(String replicaId) {
        List<Pause> woken;
        synchronized (this) {
            if (taken.remove(replicaId) == null) {
                return;
            }
            changes += 1;
            woken = List.copyOf(waiting);
        }
        // Outside of the lock: who waits looks at the changes under the lock of its pause.
        woken.forEach(Pause::wake);
    }

    /** Grows with each place that falls free. */
    long changes() {
        return changes;
    }

    /** Wakes the pause at each place that falls free, until it is forgotten. */
    synchronized void tell(Pause pause) {
        waiting.add(pause);
    }

    synchronized void forget(Pause pause) {
        waiting.remove(pause);
    }
}
