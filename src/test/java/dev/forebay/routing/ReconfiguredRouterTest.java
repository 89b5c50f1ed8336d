package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Failover;
import dev.forebay.compute.Replica;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A router that goes on by another configuration. */
class ReconfiguredRouterTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private final Router router =
            new Router(List.of(model("m", "a")), List.of(pool("a", 1)), () -> now, new SplittableRandom(1));

    @Test
    void whoeverWaitsKeepsHisPlaceAndHisTime() {
        ready("a/0");
        var served = ask("m");
        var first = ask("m");
        now = START.plusSeconds(5);
        var second = ask("m");
        configure(List.of(model("m", "a", "b")), pool("a", 1), pool("b", 1));
        assertEquals(2, router.live().get("m").queued());
        assertEquals(Duration.ofSeconds(5), router.live().get("m").oldest());
        end(served);
        assertNotNull(first.lease);
        assertNull(second.lease);
    }

    @Test
    void aModelThatComesToReplicasThatAreThereHasAChoice() {
        ready("a/0");
        ready("a/1");
        configure(List.of(model("n", "a")), pool("a", 1));
        assertTrue(router.hasChoice("n"));
    }

    @Test
    void theScalerNeedNotWaitForAConfigurationThatTellsItOfThoseWhoWait() {
        ask("m");
        var ended = new AtomicBoolean();
        router.onStarved(() -> {
            var scaler = Thread.ofPlatform().daemon().start(() -> router.forget("a"));
            try {
                ended.set(scaler.join(Duration.ofSeconds(20)));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        configure(List.of(model("m", "a", "b")), pool("a", 1), pool("b", 1));
        assertTrue(ended.get());
    }

    @Test
    void moreSlotsAreGivenAtOnceToThoseWhoWait() {
        ready("a/0");
        ask("m");
        var waiting = ask("m");
        configure(List.of(model("m", "a")), pool("a", 2));
        assertNotNull(waiting.lease);
    }

    @Test
    void whatIsInFlightCountsOnWhereverItsNodepoolStandsNow() {
        ready("a/0");
        var served = ask("m");
        configure(List.of(model("m", "b", "a")), pool("a", 1), pool("b", 1));
        assertEquals(1, router.live().get("m").pools().get(1).inFlight());
        end(served);
        assertEquals(0, router.live().get("m").pools().get(1).inFlight());
        assertEquals(0, inFlight("a/0"));
    }

    @Test
    void aDeploymentThatIsGoneServesThoseWhoBeganBeforeUntilItIsToldToEnd() {
        ready("a/0");
        var served = ask("m");
        var leaving = configure(List.of(model("other", "b")), pool("b", 1));
        assertFalse(router.live().containsKey("m"));
        var late = ask("m");
        assertNull(late.failure);
        end(served);
        assertNotNull(late.lease);
        var waiting = ask("m");
        leaving.end();
        assertInstanceOf(ModelFailure.NoCapacity.class, waiting.failure);
        assertInstanceOf(ModelFailure.UnknownModel.class, ask("m").failure);
        end(late);
        assertEquals(0, inFlight("a/0"));
    }

    @Test
    void aDeploymentThatComesBackBeforeItHasEndedStays() {
        ready("a/0");
        ask("m");
        var leaving = configure(List.of(model("other", "b")), pool("b", 1));
        var waiting = ask("m");
        configure(List.of(model("m", "a")), pool("a", 1));
        leaving.end();
        assertNull(waiting.failure);
        assertEquals(1, router.live().get("m").queued());
    }

    @Test
    void aNodepoolIsForgottenOnceNobodyUsesItAndNothingOfItIsLeft() {
        ready("a/0");
        var served = ask("m");
        var leaving = configure(List.of(model("other", "b")), pool("b", 1));
        assertFalse(router.forget("a"), "a deployment that leaves uses it");
        leaving.end();
        assertFalse(router.forget("a"), "a replica is there");
        report("a/0", new Replica.State.Stopped());
        assertFalse(router.forget("a"), "a request is in flight");
        end(served);
        assertTrue(router.forget("a"));
        assertFalse(router.isKnown("a"));
        assertFalse(router.forget("b"), "it is configured");
    }

    @Test
    void aReplicaOfBeforeIsOutdatedUntilItHasStopped() {
        ready("a/0");
        router.outdate("a");
        assertTrue(standing().outdated());
        report("a/0", new Replica.State.Stopped());
        ready("a/0");
        assertFalse(standing().outdated());
    }

    private Autoscaler.Standing standing() {
        return router.places().iterator().next().fleet().standing().getFirst();
    }

    private Leaving configure(List<Deployment> deployments, Capacity... nodepools) {
        return router.configure(deployments, List.of(nodepools));
    }

    private Answer ask(String model) {
        var answer = new Answer();
        router.lease(new LeaseRequest(model, Set.of(), now.plusSeconds(600)), answer);
        return answer;
    }

    private static void end(Answer answer) {
        assertNotNull(answer.lease);
        answer.lease.release(Lease.Ended.SERVED);
    }

    private int inFlight(String replica) {
        return router.replicas().stream()
                .filter(live -> live.id().equals(replica))
                .mapToInt(LiveReplica::inFlight)
                .sum();
    }

    private void ready(String id) {
        report(id, new Replica.State.Ready(Endpoint.of(URI.create("http://127.0.0.1:1/v1"))));
    }

    private void report(String id, Replica.State state) {
        router.changed(new Replica(id, id.substring(0, 1), state));
    }

    private static Deployment model(String id, String... nodepools) {
        return new Deployment(
                id,
                List.of(nodepools),
                new Deployment.Queue(10, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600)));
    }

    private static Capacity pool(String id, int slots) {
        return new Capacity(id, slots, 1, false, 1, Failover.DEFAULT);
    }
}
