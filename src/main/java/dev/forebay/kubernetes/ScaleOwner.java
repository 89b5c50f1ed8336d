package dev.forebay.kubernetes;

import dev.forebay.compute.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what else sets a workload's number of replicas. There may be only one: two that disagree start and end pods for
 * ever.
 */
final class ScaleOwner {
    private static final ResourceDefinitionContext AUTOSCALERS = new ResourceDefinitionContext.Builder()
            .withGroup("autoscaling")
            .withVersion("v2")
            .withKind("HorizontalPodAutoscaler")
            .withPlural("horizontalpodautoscalers")
            .withNamespaced(true)
            .build();

    private static final ResourceDefinitionContext SCALED_OBJECTS = new ResourceDefinitionContext.Builder()
            .withGroup("keda.sh")
            .withVersion("v1alpha1")
            .withKind("ScaledObject")
            .withPlural("scaledobjects")
            .withNamespaced(true)
            .build();

    private ScaleOwner() {}

    static Optional<String> find(
            KubernetesClient client, Workload workload, Supplier<@Nullable GenericKubernetesResource> read) {
        var there = Optional.ofNullable(read.get());
        var controller = there.flatMap(w -> w.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .map(owner -> owner.getKind() + " " + owner.getName())
                .findFirst());
        return controller.or(() -> Stream.of(AUTOSCALERS, SCALED_OBJECTS)
                .flatMap(kind -> list(client, kind, workload.namespace()))
                .filter(scaler -> targets(scaler, workload))
                .map(scaler -> scaler.getKind() + " " + scaler.getMetadata().getName())
                .findFirst());
    }

    private static Stream<GenericKubernetesResource> list(
            KubernetesClient client, ResourceDefinitionContext kind, String namespace) {
        try {
            return client.genericKubernetesResources(kind).inNamespace(namespace).list().getItems().stream();
        } catch (KubernetesClientException e) {
            if (e.getCode() == 404) {
                // The cluster does not know this kind, so there is none.
                return Stream.empty();
            }
            throw e;
        }
    }

    private static boolean targets(GenericKubernetesResource scaler, Workload workload) {
        Object kind = scaler.get("spec", "scaleTargetRef", "kind");
        Object name = scaler.get("spec", "scaleTargetRef", "name");
        var ours = Manifest.resource(workload.kind()).getKind();
        // A ScaledObject that names no kind means a Deployment.
        return workload.name().equals(name) && ours.equals(kind == null ? "Deployment" : kind);
    }
}
