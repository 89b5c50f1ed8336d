package dev.forebay.kubernetes;

import dev.forebay.compute.Workload;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Why a controller has not made the pods that were asked for; nearly always a quota, or a rule that refuses the pod. */
final class Missing {
    private Missing() {}

    static Optional<String> reason(
            KubernetesClient client, Workload workload, Supplier<@Nullable GenericKubernetesResource> read) {
        return switch (workload.kind()) {
            case DEPLOYMENT -> Optional.ofNullable(read.get()).flatMap(Missing::ofDeployment);
            // The leaders of a LeaderWorkerSet are a StatefulSet of the same name.
            case STATEFULSET, LEADERWORKERSET -> lastEvent(client, workload);
        };
    }

    private static Optional<String> ofDeployment(GenericKubernetesResource deployment) {
        return deployment.get("status", "conditions") instanceof List<?> conditions
                ? conditions.stream()
                        .flatMap(c -> c instanceof Map<?, ?> condition ? Stream.of(condition) : Stream.empty())
                        .filter(c -> "ReplicaFailure".equals(c.get("type")) && "True".equals(c.get("status")))
                        .map(c -> String.valueOf(c.get("message")))
                        .findFirst()
                : Optional.empty();
    }

    private static Optional<String> lastEvent(KubernetesClient client, Workload workload) {
        return client
                .v1()
                .events()
                .inNamespace(workload.namespace())
                .withField("involvedObject.kind", "StatefulSet")
                .withField("involvedObject.name", workload.name())
                .withField("reason", "FailedCreate")
                .list()
                .getItems()
                .stream()
                .max(Comparator.comparing(Missing::time))
                .map(Event::getMessage)
                .filter(Objects::nonNull);
    }

    /** Times are written so that their order is that of the text. */
    private static String time(Event event) {
        return event.getLastTimestamp() == null ? "" : event.getLastTimestamp();
    }
}
