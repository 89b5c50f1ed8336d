package dev.forebay.kubernetes;

import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** The few calls that Forebay makes for one workload. All of them block and throw {@link Trouble}. */
final class WorkloadApi {
    private static final String MANAGER = "forebay";
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    private final Nodepool nodepool;
    private final Workload workload;
    private final Clusters clusters;

    WorkloadApi(Nodepool nodepool, Clusters clusters) {
        this.nodepool = nodepool;
        this.workload = nodepool.kubernetes()
                .orElseThrow(() -> new IllegalArgumentException("nodepool " + nodepool.id() + " is not on Kubernetes"));
        this.clusters = clusters;
    }

    Nodepool nodepool() {
        return nodepool;
    }

    Workload workload() {
        return workload;
    }

    /** Creates the workload or brings it to what the template says now, its number of replicas untouched if it exists. */
    void apply(Path templateFile, int replicasAtFirst) {
        var template = template(templateFile);
        call("apply " + name(), client -> {
            var there = Optional.ofNullable(resource(client).get());
            there.ifPresent(this::requireOurs);
            // Who applies a manifest without the number would set it back to 1 wherever it was applied with one before.
            var replicas = there.map(WorkloadApi::replicas).orElse(replicasAtFirst);
            return client.genericKubernetesResources(Manifest.resource(workload.kind()))
                    .inNamespace(workload.namespace())
                    .resource(Manifest.of(nodepool, workload, template, replicas))
                    .fieldManager(MANAGER)
                    .forceConflicts()
                    .serverSideApply();
        });
    }

    private PodTemplateSpec template(Path file) {
        PodTemplateSpec template;
        try {
            template = clusters.client(workload)
                    .getKubernetesSerialization()
                    .unmarshal(Files.readString(file), PodTemplateSpec.class);
        } catch (IOException | RuntimeException e) {
            throw new Trouble(
                    "its pod template cannot be read",
                    "template_file " + file + " cannot be read as a pod template (" + e
                            + "); see docs/guides/kubernetes.md");
        }
        if (template == null
                || template.getSpec() == null
                || template.getSpec().getContainers().isEmpty()) {
            throw new Trouble(
                    "its pod template is not one",
                    "template_file " + file + " has no spec.containers; it holds what stands below `template:` of a"
                            + " Deployment, see docs/guides/kubernetes.md");
        }
        return template;
    }

    private void requireOurs(GenericKubernetesResource there) {
        var labels = there.getMetadata().getLabels();
        var owner = labels == null ? null : labels.get(Manifest.LABEL);
        if (!nodepool.id().equals(owner)) {
            throw new Trouble(
                    "its workload belongs to somebody else",
                    name() + " in namespace " + workload.namespace() + " exists and "
                            + (owner == null ? "was not made by Forebay" : "belongs to the nodepool " + owner)
                            + "; choose another name, delete it, or leave out template_file to only scale it");
        }
    }

    private static int replicas(GenericKubernetesResource there) {
        return there.get("spec", "replicas") instanceof Number number ? number.intValue() : 1;
    }

    /** What sets the number of replicas beside us, in words; empty if nothing does. */
    Optional<String> scaleOwner() {
        return call(
                "find out who scales " + name(), client -> ScaleOwner.find(client, workload, resource(client)::get));
    }

    Scale scale() {
        return call("read the scale of " + name(), client -> resource(client).scale());
    }

    /** @return false if it was changed by somebody in between; read it again */
    boolean scale(Scale read, int replicas) {
        read.getSpec().setReplicas(replicas);
        return call("scale " + name(), client -> {
            try {
                resource(client).scale(read);
                return true;
            } catch (KubernetesClientException e) {
                if (e.getCode() == 409) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** Why fewer pods were made than were asked for; empty if the cluster does not tell. */
    Optional<String> whyMissing() {
        return call("find out why pods are missing", client -> Missing.reason(client, workload, resource(client)::get));
    }

    Optional<Pod> pod(String name) {
        return call(
                "read pod " + name,
                client -> Optional.ofNullable(client.pods()
                        .inNamespace(workload.namespace())
                        .withName(name)
                        .get()));
    }

    /** Makes the pod the first to go when its Deployment shrinks. */
    void preferToDelete(String pod) {
        var patch = "{\"metadata\":{\"annotations\":{\"" + DELETION_COST + "\":\"" + Integer.MIN_VALUE + "\"}}}";
        call(
                "mark pod " + pod + " as the next to go",
                client -> client.pods()
                        .inNamespace(workload.namespace())
                        .withName(pod)
                        .patch(PatchContext.of(PatchType.JSON_MERGE), patch));
    }

    String podSelector() {
        if (workload.templateFile().isPresent()) {
            return Manifest.podSelector(nodepool, workload);
        }
        var status = scale().getStatus();
        if (status == null
                || status.getSelector() == null
                || status.getSelector().isEmpty()) {
            throw new Trouble(
                    "its pods cannot be found",
                    "the scale of " + name() + " names no selector of its pods; does its kind support /scale?");
        }
        return status.getSelector();
    }

    PodList pods(String selector) {
        return call(
                "list pods",
                client -> client.pods()
                        .inNamespace(workload.namespace())
                        .withLabelSelector(selector)
                        .list());
    }

    Watch watch(String selector, String version, Duration span, Watcher<Pod> watcher) {
        var options = new ListOptionsBuilder()
                .withResourceVersion(version)
                .withTimeoutSeconds(span.toSeconds())
                .build();
        return call(
                "watch pods",
                client -> client.pods()
                        .inNamespace(workload.namespace())
                        .withLabelSelector(selector)
                        .watch(options, watcher));
    }

    private String name() {
        return Manifest.resource(workload.kind()).getPlural() + "/" + workload.name();
    }

    private Resource<GenericKubernetesResource> resource(KubernetesClient client) {
        return client.genericKubernetesResources(Manifest.resource(workload.kind()))
                .inNamespace(workload.namespace())
                .withName(workload.name());
    }

    private <T> T call(String doing, Function<KubernetesClient, T> call) {
        try {
            return call.apply(clusters.client(workload));
        } catch (KubernetesClientException e) {
            throw Trouble.of(e, doing, workload);
        }
    }
}
