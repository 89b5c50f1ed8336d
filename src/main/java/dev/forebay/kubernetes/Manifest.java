package dev.forebay.kubernetes;

import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** The workload of a nodepool as the cluster shall have it. */
final class Manifest {
    static final String LABEL = "forebay.dev/nodepool";
    private static final String LEADERS = "leaderworkerset.sigs.k8s.io/worker-index=0";

    private Manifest() {}

    static ResourceDefinitionContext resource(Workload.Kind kind) {
        var context = new ResourceDefinitionContext.Builder().withVersion("v1").withNamespaced(true);
        return switch (kind) {
            case DEPLOYMENT ->
                context.withGroup("apps")
                        .withKind("Deployment")
                        .withPlural("deployments")
                        .build();
            case STATEFULSET ->
                context.withGroup("apps")
                        .withKind("StatefulSet")
                        .withPlural("statefulsets")
                        .build();
            case LEADERWORKERSET ->
                context.withGroup("leaderworkerset.x-k8s.io")
                        .withKind("LeaderWorkerSet")
                        .withPlural("leaderworkersets")
                        .build();
        };
    }

    /** Finds the pods that are replicas of a workload that was made from a manifest: of a group only its leader. */
    static String podSelector(Nodepool nodepool, Workload workload) {
        var ours = LABEL + "=" + nodepool.id();
        return workload.kind() == Workload.Kind.LEADERWORKERSET ? ours + "," + LEADERS : ours;
    }

    static GenericKubernetesResource of(Nodepool nodepool, Workload workload, PodTemplateSpec template, int replicas) {
        var context = resource(workload.kind());
        var labels = Map.of(LABEL, nodepool.id());
        var pods = pods(nodepool, workload, template);
        var spec = new LinkedHashMap<String, Object>();
        spec.put("replicas", replicas);
        switch (workload.kind()) {
            case DEPLOYMENT -> spec.put("template", pods);
            case STATEFULSET -> {
                spec.put("serviceName", workload.name());
                // Replicas know nothing of each other, so none need wait for the one before it.
                spec.put("podManagementPolicy", "Parallel");
                spec.put("template", pods);
            }
            case LEADERWORKERSET ->
                spec.put("leaderWorkerTemplate", Map.of("size", workload.groupSize(), "workerTemplate", pods));
        }
        if (workload.kind() != Workload.Kind.LEADERWORKERSET) {
            spec.put(
                    "selector",
                    new LabelSelectorBuilder().withMatchLabels(labels).build());
        }
        var manifest = new GenericKubernetesResource();
        manifest.setApiVersion(context.getGroup() + "/" + context.getVersion());
        manifest.setKind(context.getKind());
        manifest.setMetadata(new ObjectMetaBuilder()
                .withName(workload.name())
                .withNamespace(workload.namespace())
                .withLabels(labels)
                .build());
        manifest.setAdditionalProperty("spec", spec);
        return manifest;
    }

    private static PodTemplateSpec pods(Nodepool nodepool, Workload workload, PodTemplateSpec template) {
        var tolerations = workload.tolerations().stream()
                .map(t -> new TolerationBuilder()
                        .withKey(t.key().orElse(null))
                        .withOperator(t.operator())
                        .withValue(t.value().orElse(null))
                        .withEffect(t.effect().orElse(null))
                        .build())
                .toList();
        return new PodTemplateSpecBuilder(template)
                .editOrNewMetadata()
                .addToLabels(LABEL, nodepool.id())
                .endMetadata()
                .editSpec()
                .addToNodeSelector(workload.nodeSelector())
                .addAllToTolerations(tolerations)
                .endSpec()
                .build();
    }
}
