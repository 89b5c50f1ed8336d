package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Failover;
import dev.forebay.compute.Replica;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final RandomGenerator SEEDED =
            RandomGeneratorFactory.of("L64X128MixRandom").create(1);

    private Instant now = START;
    private final Router router = new Router(
            List.of(new Deployment(
                    "m",
                    List.of("a", "b"),
                    new Deployment.Queue(2, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600)))),
            List.of(pool("a", 1), pool("b", 1)),
            () -> now,
            SEEDED);

    @Test
    void overflowsToTheSecondNodepoolOnceTheFirstIsFullyLoaded() {
        ready("a/0");
        ready("b/0");
        assertEquals("a", served(ask()));
        var waiting = ask();
        assertNull(waiting.lease, "nobody has waited for a second yet");
        now = START.plusMillis(1000);
        router.tick();
        assertEquals("b", served(waiting));
        var next = ask();
        assertNull(next.lease);
        release(waiting, Lease.Ended.SERVED);
        assertEquals("b", served(next));
    }

    @Test
    void onceItIsOpenTheSecondTakesAtOnceWhatTheFirstHasNoSlotFor() {
        ready("a/0");
        ready("b/0");
        var first = ask();
        var waiting = ask();
        now = START.plusMillis(1000);
        router.tick();
        release(waiting, Lease.Ended.SERVED);
        assertEquals("b", served(ask()));
        release(first, Lease.Ended.SERVED);
        assertEquals("a", served(ask()), "and what the first has a slot for goes there again");
    }

    @Test
    void theSecondNodepoolTakesAllWhenTheFirstIsDown() {
        ready("b/0");
        report("a/0", new Replica.State.Failed("see a.log", "it exits with code 1", START, true));
        assertEquals("b", served(ask()));
    }

    @Test
    void whoeverChoseANodepoolWaitsForThatOneOnly() {
        ready("a/0");
        ready("b/0");
        var chosen = new Answer();
        router.lease(choosing("b"), chosen);
        assertEquals("b", served(chosen));
        var second = new Answer();
        router.lease(choosing("b"), second);
        assertNull(second.lease);
        release(chosen, Lease.Ended.SERVED);
        assertEquals("b", served(second));
        var unknown = new Answer();
        router.lease(choosing("c"), unknown);
        assertInstanceOf(ModelFailure.UnknownModel.class, unknown.failure);
    }

    private static LeaseRequest choosing(String nodepool) {
        return new LeaseRequest(
                "m", Set.of(), START.plusSeconds(3600), "", 0, 1, 0, Optional.of(nodepool), Optional.empty());
    }

    @Test
    void aWaitingRequestGetsTheSlotThatFallsFree() {
        ready("a/0");
        var first = ask();
        var second = ask();
        assertNull(second.lease);
        release(first, Lease.Ended.SERVED);
        assertEquals("a", served(second));
    }

    @Test
    void releasingTwiceFreesOneSlotOnly() {
        ready("a/0");
        var first = ask();
        release(first, Lease.Ended.SERVED);
        release(first, Lease.Ended.SERVED);
        ask();
        assertNull(ask().lease);
    }

    @Test
    void deploymentsShareTheSlotsOfAReplicaAndWhoHasWaitedLongestComesFirst() {
        var queue = new Deployment.Queue(9, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600));
        var shared = new Router(
                List.of(new Deployment("m", List.of("a"), queue), new Deployment("n", List.of("a"), queue)),
                List.of(pool("a", 1)),
                () -> now,
                SEEDED);
        shared.changed(
                new Replica("a/0", "a", new Replica.State.Ready(Endpoint.of(URI.create("http://127.0.0.1:1/v1")))));
        var asked = new ArrayList<Answer>();
        for (var model : List.of("m", "n", "m", "n")) {
            now = now.plusSeconds(1);
            var answer = new Answer();
            shared.lease(new LeaseRequest(model, Set.of(), Instant.MAX), answer);
            asked.add(answer);
        }
        for (var i = 0; i < asked.size(); i++) {
            assertEquals("a", served(asked.get(i)));
            for (var later : asked.subList(i + 1, asked.size())) {
                assertNull(later.lease);
            }
            release(asked.get(i), Lease.Ended.SERVED);
        }
    }

    @Test
    void requestsWaitForAReplicaThatStarts() {
        report("a/0", new Replica.State.Starting(START));
        var waiting = ask();
        assertNull(waiting.failure);
        ready("a/0");
        assertEquals("a", served(waiting));
    }

    @Test
    void nobodyWaitsForReplicasThatAreDown() {
        report("a/0", new Replica.State.Starting(START));
        var waiting = ask();
        report("b/0", new Replica.State.Failed("see b.log", "it exits with code 2", START, true));
        report("a/0", new Replica.State.Failed("see a.log", "it exits with code 1", START, true));
        assertInstanceOf(ModelFailure.NoCapacity.class, waiting.failure);
        assertEquals(
                "model m cannot be served: replica a/0: it exits with code 1; the gateway's log says more",
                waiting.failure == null ? "" : waiting.failure.getMessage());
        assertInstanceOf(ModelFailure.NoCapacity.class, ask().failure);
    }

    @Test
    void aFullQueueRefusesWithTheTimeToRetryAfter() {
        ready("a/0");
        ask();
        ask();
        ask();
        var refused = assertInstanceOf(ModelFailure.Overloaded.class, ask().failure);
        // Two go before it, of a second each; a fifth more or less, in whole seconds.
        assertTrue(List.of(2L, 3L).contains(refused.retryAfter().toSeconds()));
    }

    @Test
    void waitingEndsAfterTheTimeoutOfTheQueue() {
        ready("a/0");
        ask();
        var waiting = ask();
        now = START.plusSeconds(59);
        router.tick();
        assertNull(waiting.failure);
        now = START.plusSeconds(60);
        router.tick();
        assertInstanceOf(ModelFailure.Overloaded.class, waiting.failure);
    }

    @Test
    void waitingForAFirstReplicaMayTakeLonger() {
        var waiting = ask();
        now = START.plusSeconds(599);
        router.tick();
        assertNull(waiting.failure);
        now = START.plusSeconds(600);
        router.tick();
        assertInstanceOf(ModelFailure.NoCapacity.class, waiting.failure);
    }

    @Test
    void aCancelledRequestLeavesTheQueue() {
        ready("a/0");
        var first = ask();
        var second = new Answer();
        router.lease(request(Set.of()), second).cancel();
        release(first, Lease.Ended.SERVED);
        assertNull(second.lease);
        assertEquals(0, router.live().get("m").queued());
    }

    @Test
    void aNodepoolAllOfWhoseReplicasFailIsPassedOver() {
        ready("a/0");
        ready("b/0");
        release(ask(), Lease.Ended.UNREACHABLE);
        release(ask(), Lease.Ended.UNREACHABLE);
        router.tick();
        assertEquals("b", served(ask()));
    }

    @Test
    void aRetryGoesToAnotherReplicaOrIsRefused() {
        ready("a/0");
        var retry = new Answer();
        router.lease(request(Set.of("a/0")), retry);
        assertInstanceOf(ModelFailure.NoCapacity.class, retry.failure);
        ready("b/0");
        router.lease(request(Set.of("a/0")), retry);
        assertEquals("b", served(retry));
    }

    @Test
    void aRetryWaitsForAReplicaThatWillSoonBeStartedAgain() {
        report("b/0", new Replica.State.Failed("exit 1", "exit 1", START.plusSeconds(1), false));
        var again = new Answer();

        router.lease(request(Set.of("a/0")), again);

        assertNull(again.failure);
        ready("b/0");
        assertEquals("b", served(again));
    }

    @Test
    void whoeverWaitsGetsTheSlotsOfAReplicaThatIsTakenBackWhileItDrains() {
        ready("a/0");
        router.change("a", fleet -> fleet.drain("a/0"));
        var waiting = ask();
        assertNull(waiting.lease);

        router.change("a", fleet -> fleet.undrain("a/0"));

        assertEquals("a", served(waiting));
    }

    @Test
    void neverMoreInFlightThanSlotsUnderAnyOrderOfEvents() {
        var random =
                java.util.random.RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        ready("a/0");
        ready("b/0");
        var held = new ArrayList<Answer>();
        for (var step = 0; step < 20_000; step++) {
            if (random.nextInt(3) > 0) {
                held.add(ask());
            } else if (!held.isEmpty()) {
                release(held.remove(random.nextInt(held.size())), Lease.Ended.values()[random.nextInt(3)]);
            }
            held.removeIf(answer -> answer.failure != null);
            var pools = router.live().get("m").pools();
            assertEquals(true, pools.stream().allMatch(p -> p.inFlight() >= 0 && p.inFlight() <= 1), "step " + step);
        }
    }

    private Answer ask() {
        var answer = new Answer();
        router.lease(request(Set.of()), answer);
        return answer;
    }

    private static LeaseRequest request(Set<String> excluded) {
        return new LeaseRequest("m", excluded, START.plusSeconds(3600));
    }

    private static void release(Answer answer, Lease.Ended ended) {
        if (answer.lease != null) {
            answer.lease.release(ended);
        }
    }

    private static String served(Answer answer) {
        return answer.lease == null ? "nobody" : answer.lease.nodepool();
    }

    private void ready(String id) {
        report(id, new Replica.State.Ready(Endpoint.of(URI.create("http://127.0.0.1:1/v1"))));
    }

    private void report(String id, Replica.State state) {
        router.changed(new Replica(id, id.substring(0, 1), state));
    }

    private static Capacity pool(String id, int slots) {
        return new Capacity(id, slots, 1, false, 1, Failover.DEFAULT);
    }
}
