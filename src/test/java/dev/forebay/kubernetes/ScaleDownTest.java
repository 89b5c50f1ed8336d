package dev.forebay.kubernetes;

import static dev.forebay.kubernetes.OnKubernetes.QUICK;
import static dev.forebay.kubernetes.OnKubernetes.STATEFULSET;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Replica.State;
import dev.forebay.compute.Workload;
import dev.forebay.routing.Autoscale;
import dev.forebay.routing.Capacity;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.Lease;
import dev.forebay.routing.LeaseRequest;
import dev.forebay.routing.ReplicaControl;
import dev.forebay.routing.Router;
import dev.forebay.routing.Scaler;
import dev.forebay.routing.Spillover;
import dev.forebay.routing.Waiter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scaler's choice meets what the cluster does with it. */
class ScaleDownTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final FakeCluster cluster = new FakeCluster();
    private final Told told = new Told();
    private final KubernetesProvider provider = new KubernetesProvider(InstantSource.system(), System::nanoTime, QUICK);

    @AfterEach
    void close() {
        provider.close();
        cluster.close();
    }

    @Test
    void ofAStatefulSetThePodsThatKubernetesTakesAwayAreTheOnesThatWereDrained(@TempDir Path folder) throws Exception {
        var pool = OnKubernetes.pool(
                cluster.kubeconfig(folder),
                Workload.Kind.STATEFULSET,
                Optional.of(OnKubernetes.template(folder)),
                false);
        var router = new Router(
                List.of(new Deployment(
                        "m",
                        List.of(Deployment.Place.on("gpu")),
                        Optional.of(new Autoscale(1, 3, 300, 0, 0, 0, false, 0)),
                        Spillover.DEFAULT,
                        new Deployment.Queue(9, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600)),
                        true)),
                List.of(Capacity.of(pool)),
                () -> NOW,
                RandomGeneratorFactory.of("L64X128MixRandom").create(1));
        provider.watch(pool, replica -> {
            router.changed(replica);
            told.accept(replica);
        });
        provider.scale(pool, 3);
        for (var i = 0; i < 3; i++) {
            told.await("gpu/vllm-" + i, State.Starting.class);
            cluster.objects.ready("vllm-" + i, "10.0.0." + i);
            told.await("gpu/vllm-" + i, State.Ready.class);
        }
        var busy = new ArrayList<Lease>();
        while (busy.isEmpty() || !busy.getLast().replica().equals("gpu/vllm-2")) {
            busy.add(lease(router));
        }
        busy.subList(0, busy.size() - 1).forEach(lease -> lease.release(Lease.Ended.SERVED));
        var stopped = new ArrayList<String>();
        var scaler = new Scaler(
                router,
                new ReplicaControl() {
                    @Override
                    public void start(String nodepool, int ordinal) {}

                    @Override
                    public void stop(String replicaId) {
                        stopped.add(replicaId);
                        provider.remove(pool, replicaId);
                    }

                    @Override
                    public void scaled(String nodepool, int before, int desired) {}
                },
                () -> NOW);

        scaler.tick();
        scaler.tick();

        assertEquals(List.of(), stopped, "the idle one below the busy one cannot go before it");
        assertEquals(
                List.of("ready", "draining", "draining"),
                router.replicas().stream().map(replica -> replica.state()).toList());
        busy.getLast().release(Lease.Ended.SERVED);
        scaler.tick();
        told.await("gpu/vllm-2", State.Stopped.class);
        told.await("gpu/vllm-1", State.Stopped.class);
        assertEquals(
                1,
                cluster.objects
                        .byPath
                        .get(STATEFULSET)
                        .path("spec")
                        .path("replicas")
                        .asInt());
        assertEquals("gpu/vllm-0", lease(router).replica());
    }

    private static Lease lease(Router router) {
        var granted = new ArrayList<Lease>();
        router.lease(new LeaseRequest("m", Set.of(), NOW.plusSeconds(60)), new Waiter() {
            @Override
            public void granted(Lease lease) {
                granted.add(lease);
            }

            @Override
            public void refused(ModelFailure failure) {
                throw new AssertionError(failure);
            }
        });
        return granted.getFirst();
    }
}
