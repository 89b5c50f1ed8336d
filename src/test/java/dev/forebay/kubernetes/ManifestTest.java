package dev.forebay.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Replica.State;
import dev.forebay.compute.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What goes to a cluster and what its pods mean, without one. */
class ManifestTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private final Nodepool pool = OnKubernetes.pool(new Workload(
            Optional.empty(),
            Optional.empty(),
            "models",
            Workload.Kind.LEADERWORKERSET,
            "vllm",
            Optional.of(Path.of("pod.yaml")),
            8000,
            Map.of(),
            List.of(),
            2,
            false));
    private final PodStates states = new PodStates(pool, pool.kubernetes().orElseThrow(), Tempo.DEFAULT);

    @Test
    void aLeaderWorkerSetHasGroupsWhoseLeadersAreTheReplicas() {
        var template = new PodTemplateSpecBuilder()
                .withNewSpec()
                .addNewContainer()
                .withName("a")
                .endContainer()
                .endSpec()
                .build();
        var manifest = Manifest.of(pool, pool.kubernetes().orElseThrow(), template, 3);
        assertEquals("leaderworkerset.x-k8s.io/v1", manifest.getApiVersion());
        assertEquals(3, manifest.<Integer>get("spec", "replicas"));
        assertEquals(2, manifest.<Integer>get("spec", "leaderWorkerTemplate", "size"));
        PodTemplateSpec pods = manifest.get("spec", "leaderWorkerTemplate", "workerTemplate");
        assertEquals(Map.of("forebay.dev/nodepool", "gpu"), pods.getMetadata().getLabels());
        assertNull(manifest.get("spec", "selector"));
        assertEquals(
                "forebay.dev/nodepool=gpu,leaderworkerset.sigs.k8s.io/worker-index=0",
                Manifest.podSelector(pool, pool.kubernetes().orElseThrow()));
    }

    @Test
    void aPodWithoutANodeIsStartingForAWhileAndThenWithoutCapacity() {
        var pod = pod().editStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage("no GPU")
                .endCondition()
                .endStatus()
                .build();
        assertEquals(new State.Starting(NOW), states.of(pod, NOW, NOW.plusSeconds(29)));
        var none = assertInstanceOf(State.NoCapacity.class, states.of(pod, NOW, NOW.plusSeconds(30)));
        assertEquals(NOW, none.since());
    }

    @Test
    void aContainerThatDoesNotStartIsAFailureThatIsDownAfterThreeRestarts() {
        for (var restarts = 2; restarts <= 3; restarts++) {
            var pod = pod().editStatus()
                    .addNewContainerStatus()
                    .withName("a")
                    .withRestartCount(restarts)
                    .withNewState()
                    .withNewWaiting("back-off 40s", "CrashLoopBackOff")
                    .endState()
                    .endContainerStatus()
                    .endStatus()
                    .build();
            var failed = assertInstanceOf(State.Failed.class, states.of(pod, NOW, NOW));
            assertEquals("its container does not start (CrashLoopBackOff)", failed.brief());
            assertEquals(restarts == 3, failed.down());
        }
    }

    @Test
    void aPodThatHasEndedOrIsEndingHasStopped() {
        assertInstanceOf(
                State.Stopped.class,
                states.of(pod().editStatus().withPhase("Failed").endStatus().build(), NOW, NOW));
        assertInstanceOf(
                State.Stopped.class,
                states.of(
                        pod().editMetadata()
                                .withDeletionTimestamp(NOW.toString())
                                .endMetadata()
                                .build(),
                        NOW,
                        NOW));
        Pod bare =
                new PodBuilder().withNewMetadata().withName("x").endMetadata().build();
        assertEquals(new State.Starting(NOW), states.of(bare, NOW, NOW));
    }

    private static PodBuilder pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("vllm-0")
                .withCreationTimestamp(NOW.toString())
                .endMetadata()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus();
    }
}
