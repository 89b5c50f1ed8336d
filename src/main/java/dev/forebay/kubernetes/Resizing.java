package dev.forebay.kubernetes;

import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

/** Changes the number of replicas by the version of it that was read, so that no change of somebody else is lost. */
final class Resizing {
    private static final int CONFLICTS_MAX = 5;

    private final WorkloadApi api;

    /** Removals under way, with the number that each leads to: one that failed half-way must not count twice. */
    private final Map<String, Integer> goals = new HashMap<>();

    /** Pods that may go and are not the last of their set, by their numbers. */
    private final TreeSet<Integer> waiting = new TreeSet<>();

    Resizing(WorkloadApi api) {
        this.api = api;
    }

    static int replicas(Scale scale) {
        return scale.getSpec() == null || scale.getSpec().getReplicas() == null
                ? 0
                : scale.getSpec().getReplicas();
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    void to(int replicas, boolean mayLower) {
        // Who is to have more replicas again keeps those that would have gone.
        waiting.removeIf(number -> number < replicas);
        change(now -> mayLower ? replicas : Math.max(now, replicas));
    }

    void without(String pod) {
        var there = api.pod(pod);
        if (there.isEmpty() || there.get().getMetadata().getDeletionTimestamp() != null) {
            // It went by itself or by our last try; its controller knows what it wants in its place.
            goals.remove(pod);
            return;
        }
        if (api.workload().kind().youngestLeavesFirst()) {
            waiting.add(number(pod));
            lowerFromTheTop();
        } else {
            api.preferToDelete(pod);
            lower(pod);
        }
    }

    private void lower(String pod) {
        change(now -> {
            var goal = goals.get(pod);
            if (goal != null && now <= goal) {
                return now;
            }
            goals.put(pod, Math.max(0, now - 1));
            return Math.max(0, now - 1);
        });
        goals.remove(pod);
    }

    /** A StatefulSet shrinks from its highest number; only what is drained up to there may go. */
    private void lowerFromTheTop() {
        change(now -> {
            var lowered = now;
            while (lowered > 0 && waiting.contains(lowered - 1)) {
                lowered--;
            }
            return lowered;
        });
        var left = replicas(api.scale());
        waiting.removeIf(number -> number >= left);
    }

    private void change(IntUnaryOperator next) {
        for (var tried = 0; tried < CONFLICTS_MAX; tried++) {
            var scale = api.scale();
            var now = replicas(scale);
            var wanted = next.applyAsInt(now);
            if (wanted == now || api.scale(scale, wanted)) {
                return;
            }
        }
        throw new Trouble(
                "its workload is changed by others all the time",
                "the scale of " + api.workload().name() + " was changed by something else " + CONFLICTS_MAX
                        + " times in a row; find out what, or set observe: true");
    }

    private static int number(String pod) {
        var digits = pod.substring(pod.lastIndexOf('-') + 1);
        return parse(digits)
                .orElseThrow(() -> new Trouble(
                        "its pods have no numbers",
                        "pod " + pod + " is of no StatefulSet: its name does not end with a number"));
    }

    private static OptionalInt parse(String digits) {
        try {
            return OptionalInt.of(Integer.parseInt(digits));
        } catch (NumberFormatException _) {
            return OptionalInt.empty();
        }
    }
}
