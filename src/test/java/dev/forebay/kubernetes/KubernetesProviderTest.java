package dev.forebay.kubernetes;

import static dev.forebay.kubernetes.OnKubernetes.DEPLOYMENT;
import static dev.forebay.kubernetes.OnKubernetes.QUICK;
import static dev.forebay.kubernetes.OnKubernetes.STATEFULSET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Replica.State;
import dev.forebay.compute.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the provider does while the cluster does what it should. */
class KubernetesProviderTest {
    private final FakeCluster cluster = new FakeCluster();
    private final Told told = new Told();
    private final KubernetesProvider provider = new KubernetesProvider(InstantSource.system(), System::nanoTime, QUICK);

    @TempDir
    Path folder;

    private Path kubeconfig;

    @BeforeEach
    void write() throws IOException {
        kubeconfig = cluster.kubeconfig(folder);
    }

    @AfterEach
    void close() {
        provider.close();
        cluster.close();
    }

    private Nodepool made(Workload.Kind kind) throws IOException {
        return OnKubernetes.pool(kubeconfig, kind, Optional.of(OnKubernetes.template(folder)), false);
    }

    private Nodepool started(Workload.Kind kind, int replicas) throws IOException {
        var pool = made(kind);
        provider.watch(pool, told);
        provider.scale(pool, replicas);
        return pool;
    }

    @Test
    void aWorkloadIsMadeFromTheTemplateWithTheNodepoolsSelectorAndTolerations() throws Exception {
        started(Workload.Kind.DEPLOYMENT, 2);
        cluster.await(() -> cluster.objects.podNames().size() == 2);

        var made = cluster.objects.byPath.get(DEPLOYMENT);
        var pod = made.path("spec").path("template");
        assertEquals(2, made.path("spec").path("replicas").asInt());
        assertEquals(
                "{\"forebay.dev/nodepool\":\"gpu\"}",
                made.path("spec").path("selector").path("matchLabels").toString());
        assertEquals(
                "gpu",
                pod.path("metadata").path("labels").path("forebay.dev/nodepool").asText());
        assertEquals(
                "{\"zone\":\"a\",\"gpu\":\"l4\"}",
                pod.path("spec").path("nodeSelector").toString());
        assertEquals(
                "gpu", pod.path("spec").path("tolerations").path(0).path("key").asText());
        assertTrue(pod.path("spec")
                .path("containers")
                .path(0)
                .path("unknownToUs")
                .path("kept")
                .asBoolean());
        assertEquals(1, cluster.count("PATCH " + DEPLOYMENT, "fieldManager=forebay", "force=true"));
    }

    @Test
    void aPodIsAReplicaFromItsReadinessToItsTermination() throws Exception {
        started(Workload.Kind.DEPLOYMENT, 1);
        told.await("gpu/vllm-p0", State.Starting.class);

        cluster.objects.ready("vllm-p0", "10.0.0.7");
        assertEquals(
                "http://10.0.0.7:8000/v1",
                told.await("gpu/vllm-p0", State.Ready.class).endpoint().toString());

        var pool = made(Workload.Kind.DEPLOYMENT);
        provider.scale(pool, 0);
        told.await("gpu/vllm-p0", State.Stopped.class);
        assertTrue(cluster.objects.podNames().contains("vllm-p0"), "it still answers what it has begun");
    }

    @Test
    void aDrainedReplicaIsTheOneThatGoes() throws Exception {
        var pool = started(Workload.Kind.DEPLOYMENT, 3);
        for (var i = 0; i < 3; i++) {
            told.await("gpu/vllm-p" + i, State.Starting.class);
            cluster.objects.ready("vllm-p" + i, "10.0.0." + i);
            told.await("gpu/vllm-p" + i, State.Ready.class);
        }

        provider.remove(pool, "gpu/vllm-p1");
        told.await("gpu/vllm-p1", State.Stopped.class);
        provider.remove(pool, "gpu/vllm-p1");
        provider.scale(pool, 3);
        cluster.await(() -> cluster.objects.podNames().contains("vllm-p3"));

        assertEquals(2, cluster.count("PUT"), "a pod that has gone is not taken off twice");
    }

    @Test
    void whatRunsAlreadyIsNotLoweredByAskingForAtLeastSoMany() throws Exception {
        var pool = started(Workload.Kind.DEPLOYMENT, 3);
        cluster.await(() -> cluster.objects.podNames().size() == 3);

        provider.raise(pool, 1);
        provider.remove(pool, "gpu/vllm-p0");
        told.await("gpu/vllm-p0", State.Stopped.class);
        provider.raise(pool, 4);
        cluster.await(() -> cluster.objects.podNames().contains("vllm-p4"));

        assertEquals(2, cluster.count("PUT"), "one down, and one up from two");
    }

    @Test
    void aStatefulSetShrinksOnlyAsFarAsItsHighestNumbersAreDrained() throws Exception {
        var pool = started(Workload.Kind.STATEFULSET, 3);
        cluster.await(() -> cluster.objects.podNames().size() == 3);

        provider.remove(pool, "gpu/vllm-1");
        cluster.await(
                () -> cluster.count("GET", "/pods/vllm-1") == 1 && cluster.count("GET " + STATEFULSET + "/scale") >= 5);
        assertEquals(0, cluster.count("PUT"));

        provider.remove(pool, "gpu/vllm-2");
        told.await("gpu/vllm-1", State.Stopped.class);
        assertEquals(
                1,
                cluster.objects
                        .byPath
                        .get(STATEFULSET)
                        .path("spec")
                        .path("replicas")
                        .asInt());
    }

    @Test
    void aWorkloadOfSomebodyElseIsScaledAndNotChanged() throws Exception {
        foreign();
        var pool = OnKubernetes.pool(kubeconfig, Workload.Kind.DEPLOYMENT, Optional.empty(), false);
        provider.watch(pool, told);
        provider.scale(pool, 2);

        cluster.await(() -> cluster.objects.podNames().size() == 2);
        cluster.objects.ready("vllm-p1", "fd00::1");
        assertEquals(
                "http://[fd00::1]:8000/v1",
                told.await("gpu/vllm-p1", State.Ready.class).endpoint().toString());
        assertEquals(0, cluster.count("PATCH"));
    }

    @Test
    void aWorkloadOfSomebodyElseIsNotTakenOver() throws Exception {
        foreign();
        started(Workload.Kind.DEPLOYMENT, 2);
        var failed = told.await("gpu/_workload", State.Failed.class);
        assertTrue(
                failed.reason().contains("exists and was not made by Forebay; choose another name"), failed.reason());
        assertEquals(0, cluster.count("PATCH"));
    }

    @Test
    void aWorkloadThatAnAutoscalerScalesIsOnlyObserved() throws Exception {
        foreign();
        var scaler = FakeCluster.JSON
                .createObjectNode()
                .put("apiVersion", "autoscaling/v2")
                .put("kind", "HorizontalPodAutoscaler");
        scaler.putObject("metadata").put("name", "theirs");
        scaler.putObject("spec")
                .putObject("scaleTargetRef")
                .put("kind", "Deployment")
                .put("name", "vllm");
        cluster.objects.put("/apis/autoscaling/v2/namespaces/models/horizontalpodautoscalers/theirs", scaler);
        assertOnlyObserves(OnKubernetes.pool(kubeconfig, Workload.Kind.DEPLOYMENT, Optional.empty(), false));
    }

    @Test
    void aWorkloadThatHasAControllerIsOnlyObserved() throws Exception {
        foreign()
                .withObject("metadata")
                .putArray("ownerReferences")
                .addObject()
                .put("kind", "LLMInferenceService")
                .put("name", "llm")
                .put("controller", true);
        assertOnlyObserves(OnKubernetes.pool(kubeconfig, Workload.Kind.DEPLOYMENT, Optional.empty(), false));
    }

    @Test
    void whoIsToldToObserveWritesNothing() throws Exception {
        foreign();
        assertOnlyObserves(OnKubernetes.pool(kubeconfig, Workload.Kind.DEPLOYMENT, Optional.empty(), true));
    }

    private void assertOnlyObserves(Nodepool pool) throws Exception {
        provider.watch(pool, told);
        provider.scale(pool, 5);
        provider.remove(pool, "gpu/vllm-p0");
        provider.scale(pool, 6);
        told.await("gpu/vllm-p0", State.Starting.class);
        cluster.objects.ready("vllm-p0", "10.0.0.1");
        told.await("gpu/vllm-p0", State.Ready.class);
        assertEquals(
                0, cluster.count("PUT") + cluster.count("PATCH") + cluster.count("POST") + cluster.count("DELETE"));
    }

    /** A Deployment with one pod that was there before. */
    private ObjectNode foreign() throws IOException {
        cluster.objects.answer("PATCH", DEPLOYMENT, "", """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "vllm"}, "spec": {"replicas": 1}}
                """.getBytes(StandardCharsets.UTF_8));
        return cluster.objects.byPath.get(DEPLOYMENT);
    }

    @Test
    void ordersNeedAWatchedNodepool() throws Exception {
        var pool = made(Workload.Kind.DEPLOYMENT);
        assertThrows(IllegalStateException.class, () -> provider.scale(pool, 1));
        assertThrows(IllegalStateException.class, () -> provider.remove(pool, "gpu/x"));
    }

    @Test
    void closingLeavesThePodsAndTellsNothingMore() throws Exception {
        started(Workload.Kind.DEPLOYMENT, 1);
        told.await("gpu/vllm-p0", State.Starting.class);
        provider.close();
        told.await("gpu/vllm-p0", State.Stopped.class);
        cluster.objects.ready("vllm-p0", "10.0.0.1");
        assertEquals(List.of("vllm-p0"), cluster.objects.podNames());
        assertEquals(List.of(), told.untaken());
        assertFalse(cluster.requests.stream().anyMatch(r -> r.startsWith("DELETE")));
    }
}
