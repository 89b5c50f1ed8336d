package dev.forebay.compute;

import dev.forebay.config.Default;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A workload on Kubernetes whose pods are the replicas of a nodepool.
 *
 * @param kubeconfig how to reach the cluster; if absent, the gateway's own cluster when it runs in a pod, else the
 *     kubeconfig of the user who runs it
 * @param context of the kubeconfig; its current one if absent
 * @param namespace of the workload and its pods
 * @param kind deployment, statefulset or leaderworkerset
 * @param name of the workload
 * @param templateFile a pod template in YAML, from which Forebay makes and updates the workload; without it the workload
 *     is somebody else's and is only scaled
 * @param port of the model server in each pod (the leader's in a group)
 * @param nodeSelector added to the template's
 * @param tolerations added to the template's
 * @param groupSize pods of one replica of a leaderworkerset, its leader included
 * @param observe true if something else sets the number of replicas; Forebay then only reads
 */
public record Workload(
        Optional<Path> kubeconfig,
        Optional<String> context,
        @Default("default") String namespace,
        @Default("deployment") Kind kind,
        String name,
        Optional<Path> templateFile,
        @Default("8000") int port,
        @Default("{}") Map<String, String> nodeSelector,
        @Default("[]") List<Toleration> tolerations,
        @Default("1") int groupSize,
        @Default("false") boolean observe) {
    public enum Kind {
        DEPLOYMENT,
        STATEFULSET,
        LEADERWORKERSET;

        /** Its pods are numbered, and Kubernetes takes only the one with the highest number away. */
        public boolean youngestLeavesFirst() {
            return this != DEPLOYMENT;
        }
    }

    /**
     * A taint of nodes that the pods accept, as in a pod's spec.
     *
     * @param key of the taint; every taint if absent
     * @param operator Equal or Exists
     * @param value of the taint, with Equal
     * @param effect NoSchedule, PreferNoSchedule or NoExecute; every effect if absent
     */
    public record Toleration(
            Optional<String> key, @Default("Equal") String operator, Optional<String> value, Optional<String> effect) {
        public Toleration {
            if (!operator.equals("Equal") && !operator.equals("Exists")) {
                throw new IllegalArgumentException("operator: need Equal or Exists, got " + operator);
            }
            if (operator.equals("Exists") && value.isPresent()) {
                throw new IllegalArgumentException("value: need none with the operator Exists, got " + value.get());
            }
            if (operator.equals("Equal") && key.isEmpty()) {
                throw new IllegalArgumentException("key: need one with the operator Equal, got none");
            }
            if (effect.isPresent()
                    && !List.of("NoSchedule", "PreferNoSchedule", "NoExecute").contains(effect.get())) {
                throw new IllegalArgumentException(
                        "effect: need NoSchedule, PreferNoSchedule or NoExecute, got " + effect.get());
            }
        }
    }

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    public Workload {
        nodeSelector = Map.copyOf(nodeSelector);
        tolerations = List.copyOf(tolerations);
        requireName("namespace", namespace);
        requireName("name", name);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port: need 1 to 65535, got " + port);
        }
        if (groupSize < 1 || groupSize > 1024) {
            throw new IllegalArgumentException("group_size: need 1 to 1024, got " + groupSize);
        }
        if (groupSize > 1 && kind != Kind.LEADERWORKERSET) {
            throw new IllegalArgumentException("group_size: need 1 unless kind is leaderworkerset, got " + groupSize);
        }
        if (templateFile.isEmpty() && (!nodeSelector.isEmpty() || !tolerations.isEmpty())) {
            throw new IllegalArgumentException("template_file: need one for node_selector and tolerations to go into,"
                    + " got none; without it the workload is not ours to change");
        }
        if (observe && templateFile.isPresent()) {
            throw new IllegalArgumentException(
                    "observe: need false where template_file is given, got true;" + " who observes changes nothing");
        }
    }

    private static void requireName(String key, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(key + ": need up to 63 lower-case letters, digits and '-', got " + name);
        }
    }
}
