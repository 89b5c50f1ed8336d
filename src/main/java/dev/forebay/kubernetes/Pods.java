package dev.forebay.kubernetes;

import dev.forebay.compute.Replica;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pods of a nodepool as far as they are known. Used by one thread. */
final class Pods {
    private record Known(Pod pod, Instant seen, Replica.State state) {}

    private final PodStates states;
    private final Reports reports;
    private final Map<String, Known> pods = new LinkedHashMap<>();

    Pods(PodStates states, Reports reports) {
        this.states = states;
        this.reports = reports;
    }

    /** Takes a whole list: what does not stand in it is gone. */
    void list(List<Pod> all, Instant now) {
        var gone = new HashSet<>(pods.keySet());
        for (var pod : all) {
            gone.remove(pod.getMetadata().getName());
            changed(pod, now);
        }
        gone.forEach(this::deleted);
    }

    void changed(Pod pod, Instant now) {
        var name = pod.getMetadata().getName();
        var known = pods.get(name);
        if (known != null
                && !known.pod().getMetadata().getUid().equals(pod.getMetadata().getUid())) {
            // A StatefulSet's pod comes back under its old name; the one before it has ended.
            deleted(name);
            known = null;
        }
        var homeless = known != null && PodStates.isUnschedulable(known.pod()) ? known.seen() : now;
        judge(pod, homeless, known, now);
    }

    void deleted(String name) {
        pods.remove(name);
        reports.report(name, new Replica.State.Stopped());
    }

    /** Lets time pass: a pod may have been without a node for too long. */
    void tick(Instant now) {
        for (var known : List.copyOf(pods.values())) {
            if (PodStates.isUnschedulable(known.pod())) {
                judge(known.pod(), known.seen(), known, now);
            }
        }
    }

    boolean areWaitingForNodes() {
        return pods.values().stream().anyMatch(known -> PodStates.isUnschedulable(known.pod()));
    }

    private void judge(Pod pod, Instant homeless, @Nullable Known before, Instant now) {
        var state = states.of(pod, homeless, now);
        if (before != null
                && state instanceof Replica.State.Failed next
                && before.state() instanceof Replica.State.Failed last
                && next.reason().equals(last.reason())
                && next.down() == last.down()) {
            state = last;
        }
        pods.put(pod.getMetadata().getName(), new Known(pod, homeless, state));
        reports.report(pod.getMetadata().getName(), state);
    }
}
