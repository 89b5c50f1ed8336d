package dev.forebay.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProvidersTest {
    private final Changes changes = new Changes();
    private final List<String> ordered = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final Providers providers = new Providers(servers(), servers(), new Ordered());

    @AfterEach
    void closeVertx() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private StaticProvider servers() {
        return new StaticProvider(vertx, InstantSource.system());
    }

    @Test
    void aNodepoolOfUrlsHasAReplicaForEach() throws Exception {
        providers.startAll(urls("http://a:1/v1", "http://b:2/v1/"), changes);
        assertEquals(
                "http://a:1/v1",
                changes.next(Replica.State.Ready.class).endpoint().toString());
        assertEquals(
                "http://b:2/v1",
                changes.next(Replica.State.Ready.class).endpoint().toString());
    }

    @Test
    void noMoreReplicasStartThanTheNodepoolAllows() throws Exception {
        var two = urls("http://a:1/v1", "http://b:2/v1");
        providers.startAll(two.withMaxInstances(0), changes);
        assertEquals(List.of(), changes.reported());
        providers.startAll(two.withMaxInstances(1), changes);
        changes.next();
        assertEquals(List.of(), changes.reported());
    }

    @Test
    void aReplicaIsStoppedByTheProviderThatKnowsIt() throws Exception {
        providers.startAll(urls("http://a:1/v1"), changes);
        changes.next();
        providers.stop("urls/0");
        assertInstanceOf(Replica.State.Stopped.class, changes.next());
        assertEquals(List.of(), changes.reported());
    }

    @Test
    void aWorkloadOfAClusterIsWatchedRaisedAndReplicasAreTakenOut() {
        var pool = onKubernetes();
        providers.watch(pool, changes);
        providers.start(pool, 0, changes);
        providers.raise(pool, 3);
        providers.stop(pool, "pool/vllm-1");
        providers.forget(pool);
        assertEquals(List.of("watch pool", "raise pool 3", "remove pool/vllm-1", "forget pool"), ordered);
    }

    private final class Ordered implements ScaledProvider {
        @Override
        public void watch(Nodepool nodepool, Consumer<Replica> changes) {
            ordered.add("watch " + nodepool.id());
        }

        @Override
        public void scale(Nodepool nodepool, int replicas) {
            ordered.add("scale " + nodepool.id() + " " + replicas);
        }

        @Override
        public void raise(Nodepool nodepool, int replicas) {
            ordered.add("raise " + nodepool.id() + " " + replicas);
        }

        @Override
        public void forget(Nodepool nodepool) {
            ordered.add("forget " + nodepool.id());
        }

        @Override
        public void remove(Nodepool nodepool, String replicaId) {
            ordered.add("remove " + replicaId);
        }

        @Override
        public void close() {
            ordered.add("close");
        }
    }

    private static Nodepool onKubernetes() {
        return new Nodepool(
                "pool",
                List.of(),
                List.of(),
                Map.of(),
                3,
                Optional.empty(),
                Optional.empty(),
                true,
                0,
                0,
                OptionalInt.empty(),
                Optional.empty(),
                1,
                OptionalInt.empty(),
                Failover.DEFAULT,
                Optional.of(new Workload(
                        Optional.empty(),
                        Optional.empty(),
                        "models",
                        Workload.Kind.DEPLOYMENT,
                        "vllm",
                        Optional.empty(),
                        8000,
                        Map.of(),
                        List.of(),
                        1,
                        false)),
                List.of(),
                1,
                10,
                Optional.empty(),
                true,
                List.of());
    }

    private static Nodepool urls(String... urls) {
        return new Nodepool(
                "urls",
                List.of(urls).stream().map(URI::create).toList(),
                List.of(),
                Map.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                true,
                0,
                "/health",
                1);
    }
}
