package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Failover;
import dev.forebay.compute.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScalerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Waiter NOBODY = new Waiter() {
        @Override
        public void granted(Lease lease) {}

        @Override
        public void refused(ModelFailure failure) {}
    };

    private final List<String> orders = new ArrayList<>();
    private Instant now = NOW;
    private final Router router = new Router(
            List.of(deployment("m", "a"), deployment("spilling", "url", "b")),
            List.of(
                    new Capacity("a", 4, 1, true, 10, Failover.DEFAULT),
                    new Capacity("url", 1, 1, false, 1, Failover.DEFAULT),
                    new Capacity("b", 4, 1, true, 10, Failover.DEFAULT)),
            () -> now,
            RandomGeneratorFactory.of("L64X128MixRandom").create(1));
    private final Scaler scaler = new Scaler(
            router,
            new ReplicaControl() {
                @Override
                public void start(String nodepool, int ordinal) {
                    orders.add("start " + nodepool + "/" + ordinal);
                    // As providers do, before they return.
                    router.changed(new Replica(nodepool + "/" + ordinal, nodepool, new Replica.State.Starting(now)));
                }

                @Override
                public void stop(String replicaId) {
                    orders.add("stop " + replicaId);
                }

                @Override
                public void scaled(String nodepool, int before, int desired) {
                    orders.add(nodepool + " from " + before + " to " + desired);
                }
            },
            () -> now);

    @Test
    void aRequestThatFindsNothingHasAReplicaStartedAtOnce() {
        scaler.tick();
        assertEquals(List.of(), orders);

        router.lease(new LeaseRequest("m", Set.of(), NOW.plusSeconds(60)), NOBODY);

        assertEquals(List.of("a from 0 to 1", "start a/0"), orders);
    }

    @Test
    void aNodepoolThatOpensHasAReplicaStartedAtOnce() {
        router.changed(new Replica("url/0", "url", Rig.endpoint(1)));
        router.lease(new LeaseRequest("spilling", Set.of(), NOW.plusSeconds(60)), NOBODY);
        router.lease(new LeaseRequest("spilling", Set.of(), NOW.plusSeconds(60)), NOBODY);
        scaler.tick();
        assertEquals(List.of(), orders);

        now = NOW.plusMillis(Spillover.DEFAULT.queueAgeThresholdMs());
        router.tick();

        assertEquals(List.of("b from 0 to 1", "start b/0"), orders);
    }

    @Test
    void anOrderThatComesBackAsAChangeIsNotGivenTwice() {
        router.changed(new Replica("url/0", "url", Rig.endpoint(1)));
        for (var i = 0; i < 9; i++) {
            router.lease(new LeaseRequest("spilling", Set.of(), NOW.plusSeconds(60)), NOBODY);
            router.lease(new LeaseRequest("m", Set.of(), NOW.plusSeconds(60)), NOBODY);
        }
        scaler.tick();
        now = NOW.plusMillis(Spillover.DEFAULT.queueAgeThresholdMs());
        router.tick();
        scaler.tick();

        var starts = orders.stream().filter(order -> order.startsWith("start")).toList();
        assertEquals(starts.stream().distinct().toList(), starts);
        assertEquals(true, starts.contains("start b/0"), starts::toString);
    }

    @Test
    void givesNoOrderOnceItIsClosed() {
        scaler.close();

        router.lease(new LeaseRequest("m", Set.of(), NOW.plusSeconds(60)), NOBODY);
        scaler.tick();

        assertEquals(List.of(), orders);
    }

    private static Deployment deployment(String model, String... nodepools) {
        return new Deployment(
                model,
                Stream.of(nodepools).map(Deployment.Place::on).toList(),
                Optional.of(Autoscales.of(0, 3)),
                Spillover.DEFAULT,
                new Deployment.Queue(9, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600)),
                true);
    }
}
