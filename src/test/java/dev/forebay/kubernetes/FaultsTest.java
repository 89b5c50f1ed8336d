package dev.forebay.kubernetes;

import static dev.forebay.kubernetes.OnKubernetes.DEPLOYMENT;
import static dev.forebay.kubernetes.OnKubernetes.QUICK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Replica.State;
import dev.forebay.compute.Workload;
import dev.forebay.kubernetes.FakeCluster.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the provider does while the cluster does not do what it should. */
class FaultsTest {
    private final FakeCluster cluster = new FakeCluster();
    private final Told told = new Told();
    private KubernetesProvider provider = new KubernetesProvider(InstantSource.system(), System::nanoTime, QUICK);

    @TempDir
    Path folder;

    private Nodepool pool;

    @BeforeEach
    void define() throws IOException {
        pool = OnKubernetes.pool(
                cluster.kubeconfig(folder),
                Workload.Kind.DEPLOYMENT,
                Optional.of(OnKubernetes.template(folder)),
                false);
    }

    @AfterEach
    void close() {
        provider.close();
        cluster.close();
    }

    private void start(int replicas) {
        provider.watch(pool, told);
        provider.scale(pool, replicas);
    }

    /** One pod that is ready, and a watch that has told so. */
    private void serve() throws InterruptedException {
        start(1);
        told.await("gpu/vllm-p0", State.Starting.class);
        cluster.objects.ready("vllm-p0", "10.0.0.1");
        told.await("gpu/vllm-p0", State.Ready.class);
    }

    @Test
    void whatHappenedWhileAWatchWasDroppedIsFoundByTheNextList() throws Exception {
        serve();
        cluster.objects.gone("vllm-p0", false);
        cluster.objects.dropWatches();
        told.await("gpu/vllm-p0", State.Stopped.class);
        provider.scale(pool, 2);
        told.await("gpu/vllm-p1", State.Starting.class);
    }

    @Test
    void aVersionThatIsGoneIsAnsweredByANewList() throws Exception {
        serve();
        var lists = cluster.count("GET", "/pods?labelSelector");
        cluster.objects.gone("vllm-p0", false);
        cluster.objects.tell(
                "{\"type\":\"ERROR\",\"object\":" + FakeCluster.status(410, "too old resource version") + "}");
        told.await("gpu/vllm-p0", State.Stopped.class);
        assertTrue(cluster.count("GET", "/pods?labelSelector") > lists);
    }

    @Test
    void aWatchThatIsRefusedIsTriedAgain() throws Exception {
        cluster.failNext(410, "gone", "watch=true");
        cluster.failNext(500, "etcd has no leader", "watch=true");
        cluster.failNext(500, "etcd has no leader", "watch=true");
        serve();
        assertTrue(cluster.count("watch=true") >= 3, cluster.requests::toString);
    }

    @Test
    void aWatchThatFallsSilentIsDroppedInTheEnd() throws Exception {
        provider.close();
        var impatient = new Tempo(
                QUICK.retry(),
                QUICK.retryMax(),
                QUICK.unschedulable(),
                QUICK.missing(),
                Duration.ofMillis(1),
                Duration.ofMillis(100));
        provider = new KubernetesProvider(InstantSource.system(), System::nanoTime, impatient);
        serve();
        cluster.objects.gone("vllm-p0", false);
        told.await("gpu/vllm-p0", State.Stopped.class);
    }

    @Test
    void aScaleThatSomebodyChangedIsReadAgainAndNotOverwritten() throws Exception {
        serve();
        cluster.failNext(409, "the object has been modified", "PUT");
        provider.scale(pool, 2);
        told.await("gpu/vllm-p1", State.Starting.class);
        assertEquals(2, cluster.count("PUT"));
        assertTrue(told.untaken().stream().noneMatch(r -> r.id().endsWith("_workload")));
    }

    @Test
    void aRemovalWhoseAnswerWasLostCountsOnce() throws Exception {
        start(3);
        for (var i = 0; i < 3; i++) {
            told.await("gpu/vllm-p" + i, State.Starting.class);
            cluster.objects.ready("vllm-p" + i, "10.0.0." + i);
            told.await("gpu/vllm-p" + i, State.Ready.class);
        }
        // The server did it and the answer says otherwise, twice, since the client repeats it once by itself.
        cluster.loseAnswers(2, "PUT", "/scale");
        provider.remove(pool, "gpu/vllm-p2");
        told.await("gpu/vllm-p2", State.Stopped.class);
        provider.scale(pool, 3);
        told.await("gpu/vllm-p3", State.Starting.class);
        assertEquals(4, cluster.objects.podNames().size(), "three that serve and the one that leaves");
    }

    @Test
    void aBusyServerIsAskedAgainWhenItSays() throws Exception {
        cluster.fault(new Fault(
                List.of("GET", "/scale"), 429, "too many requests", Map.of("Retry-After", "1"), new CountDownLatch(0)));
        serve();
        assertTrue(told.untaken().stream().noneMatch(r -> r.id().endsWith("_workload")));
    }

    @Test
    void aServerThatStaysBusyIsReportedAndAskedAgain() throws Exception {
        for (var i = 0; i < 4; i++) {
            cluster.failNext(429, "too many requests", "GET", "/scale");
        }
        start(1);
        var failed = told.await("gpu/_workload", State.Failed.class);
        assertTrue(failed.reason().contains("too many requests; the API server is busy"), failed.reason());
        told.await("gpu/_workload", State.Stopped.class);
        told.await("gpu/vllm-p0", State.Starting.class);
    }

    @Test
    void aSlowServerHoldsUpNeitherTheCallerNorTheWatch() throws Exception {
        serve();
        var hold = new CountDownLatch(1);
        cluster.fault(new Fault(List.of("GET", "/scale"), 503, "slow", Map.of(), hold));
        provider.scale(pool, 2);
        cluster.objects.unschedulable("vllm-p0");
        told.await("gpu/vllm-p0", State.Starting.class);
        hold.countDown();
        told.await("gpu/vllm-p1", State.Starting.class);
    }

    @Test
    void whoMayNotListPodsIsToldWhatToDo() throws Exception {
        for (var i = 0; i < 3; i++) {
            cluster.failNext(403, "pods is forbidden: User \"me\" cannot list resource \"pods\"", "GET", "/pods?");
        }
        start(1);
        var first = told.await("gpu/_pods", State.Failed.class);
        assertEquals(
                "cannot list pods in namespace models: pods is forbidden: User \"me\" cannot list resource \"pods\"; the"
                        + " gateway may not do that; apply config/kubernetes/rbac.yaml in that namespace",
                first.reason());
        assertEquals("its cluster answered 403", first.brief());
        assertEquals(List.of(false, false, true), List.of(first.down(), next().down(), next().down()));
        told.await("gpu/_pods", State.Stopped.class);
        told.await("gpu/vllm-p0", State.Starting.class);
    }

    private State.Failed next() throws InterruptedException {
        return told.await("gpu/_pods", State.Failed.class);
    }

    @Test
    void anOrderIsOvertakenByALaterOneWhileItFails() throws Exception {
        serve();
        for (var i = 0; i < 4; i++) {
            cluster.failNext(500, "etcd has no leader", "PUT");
        }
        provider.scale(pool, 7);
        told.await("gpu/_workload", State.Failed.class);
        provider.scale(pool, 2);
        told.await("gpu/_workload", State.Stopped.class);
        told.await("gpu/vllm-p1", State.Starting.class);
        assertEquals(
                2,
                cluster.objects
                        .byPath
                        .get(DEPLOYMENT)
                        .path("spec")
                        .path("replicas")
                        .asInt());
    }

    @Test
    void podsThatAQuotaRefusesAreNoCapacityUntilItIsRaised() throws Exception {
        cluster.objects.podsMax = 1;
        start(3);
        var none = told.await("gpu/_workload", State.NoCapacity.class);
        assertTrue(
                none.reason().startsWith("nodepool gpu: 1 of 3 pods were made: pods is forbidden: exceeded quota"),
                none.reason());

        cluster.objects.podsMax = 9;
        provider.scale(pool, 4);
        told.await("gpu/_workload", State.Stopped.class);
        told.await("gpu/vllm-p3", State.Starting.class);
    }

    @Test
    void aPodThatNoNodeTakesIsNoCapacityUntilOneDoes() throws Exception {
        provider.close();
        var strict = new Tempo(
                QUICK.retry(),
                QUICK.retryMax(),
                Duration.ofMillis(50),
                QUICK.missing(),
                QUICK.watch(),
                QUICK.silence());
        provider = new KubernetesProvider(InstantSource.system(), System::nanoTime, strict);
        start(1);
        told.await("gpu/vllm-p0", State.Starting.class);
        cluster.objects.unschedulable("vllm-p0");
        var none = told.await("gpu/vllm-p0", State.NoCapacity.class);
        assertTrue(none.reason().contains("has no node: 0/2 nodes are available: 2 Too many pods."), none.reason());
        cluster.objects.ready("vllm-p0", "10.0.0.1");
        told.await("gpu/vllm-p0", State.Ready.class);
    }

    @Test
    void aClusterThatCannotBeReachedSaysSo() throws Exception {
        var kubeconfig = cluster.kubeconfig(folder);
        cluster.close();
        pool = OnKubernetes.pool(kubeconfig, Workload.Kind.DEPLOYMENT, Optional.empty(), false);
        start(1);
        var failed = told.await("gpu/_pods", State.Failed.class);
        assertEquals("its cluster cannot be reached", failed.brief());
        assertTrue(failed.reason().endsWith("check kubeconfig, context and the network"), failed.reason());
    }

    @Test
    void aKubeconfigOrTemplateThatIsNotThereSaysSo() throws Exception {
        pool = OnKubernetes.pool(folder.resolve("none"), Workload.Kind.DEPLOYMENT, Optional.empty(), false);
        start(1);
        var failed = told.await("gpu/_pods", State.Failed.class);
        assertTrue(failed.reason().contains("none is not there or not readable; check the path"), failed.reason());

        var kubeconfig = cluster.kubeconfig(folder);
        pool = OnKubernetes.pool(kubeconfig, Workload.Kind.DEPLOYMENT, Optional.of(kubeconfig), false);
        start(1);
        var template = told.await("gpu/_workload", State.Failed.class);
        while (template.reason().contains("kubeconfig") && !template.reason().contains("template")) {
            template = told.await("gpu/_workload", State.Failed.class);
        }
        assertTrue(template.reason().contains("has no spec.containers"), template.reason());
    }
}
