package dev.forebay.kubernetes;

import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Replica;
import dev.forebay.compute.Workload;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a pod is as a replica: a function of what the cluster says of it and of how long it has had no node. */
final class PodStates {
    private static final int DOWN_AFTER = 3;

    /** Why a container waits, where it is more than that it is about to start. */
    private static final Set<String> BROKEN = Set.of(
            "CrashLoopBackOff",
            "ImagePullBackOff",
            "ErrImagePull",
            "ErrImageNeverPull",
            "InvalidImageName",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError");

    private final Nodepool nodepool;
    private final Workload workload;
    private final Tempo tempo;

    PodStates(Nodepool nodepool, Workload workload, Tempo tempo) {
        this.nodepool = nodepool;
        this.workload = workload;
        this.tempo = tempo;
    }

    static boolean isUnschedulable(Pod pod) {
        return condition(pod, "PodScheduled")
                .filter(c -> "False".equals(c.getStatus()) && "Unschedulable".equals(c.getReason()))
                .isPresent();
    }

    /** @param homeless since when we have seen it without a node; used only if it has none */
    Replica.State of(Pod pod, Instant homeless, Instant now) {
        var phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        // Terminating pods still answer what they have begun, and get nothing new.
        if (pod.getMetadata().getDeletionTimestamp() != null || "Succeeded".equals(phase) || "Failed".equals(phase)) {
            return new Replica.State.Stopped();
        }
        var address = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
        var ready = condition(pod, "Ready").filter(c -> "True".equals(c.getStatus()));
        if (ready.isPresent() && address != null && !address.isEmpty()) {
            return new Replica.State.Ready(endpoint(address));
        }
        if (isUnschedulable(pod) && Duration.between(homeless, now).compareTo(tempo.unschedulable()) >= 0) {
            var words =
                    condition(pod, "PodScheduled").map(PodCondition::getMessage).orElse("");
            return new Replica.State.NoCapacity(
                    who(pod) + " has no node: " + words
                            + "; add nodes, or check requests, node_selector and tolerations",
                    homeless);
        }
        return broken(pod).map(c -> failed(pod, c, now)).orElseGet(() -> new Replica.State.Starting(created(pod, now)));
    }

    private Endpoint endpoint(String address) {
        var host = address.contains(":") ? "[" + address + "]" : address;
        return Endpoint.of(URI.create("http://" + host + ":" + workload.port() + "/v1"), nodepool);
    }

    private static Optional<ContainerStatus> broken(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : Stream.of(
                                pod.getStatus().getInitContainerStatuses(),
                                pod.getStatus().getContainerStatuses())
                        .flatMap(List::stream)
                        .filter(c -> c.getState() != null
                                && c.getState().getWaiting() != null
                                && c.getState().getWaiting().getReason() != null
                                && BROKEN.contains(c.getState().getWaiting().getReason()))
                        .findFirst();
    }

    private Replica.State failed(Pod pod, ContainerStatus container, Instant now) {
        var waiting = container.getState().getWaiting();
        var restarts = container.getRestartCount() == null ? 0 : container.getRestartCount();
        return new Replica.State.Failed(
                who(pod) + ": container " + container.getName() + " does not start: " + waiting.getReason()
                        + (waiting.getMessage() == null ? "" : ": " + waiting.getMessage()) + "; see kubectl -n "
                        + workload.namespace() + " describe pod "
                        + pod.getMetadata().getName() + " and kubectl logs --previous",
                "its container does not start (" + waiting.getReason() + ")",
                now.plus(tempo.retryMax()),
                restarts >= DOWN_AFTER);
    }

    private String who(Pod pod) {
        return "nodepool " + nodepool.id() + ", pod " + pod.getMetadata().getName();
    }

    private static Instant created(Pod pod, Instant now) {
        try {
            var text = pod.getMetadata().getCreationTimestamp();
            return text == null ? now : Instant.parse(text);
        } catch (DateTimeParseException _) {
            return now;
        }
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(c -> type.equals(c.getType()))
                        .findFirst();
    }
}
