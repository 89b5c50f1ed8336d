package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Failover;
import dev.forebay.compute.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a lease tells of its wait, and what is told of its replica by it. */
class LeaseTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private final Router router = new Router(
            List.of(new Deployment(
                    "m",
                    List.of("a"),
                    new Deployment.Queue(9, 1 << 20, Duration.ofSeconds(600), Duration.ofSeconds(600)))),
            List.of(new Capacity("a", 2, 2, true, 2, Failover.DEFAULT)),
            () -> now,
            new SplittableRandom(1));

    @Test
    void tellsHowMuchOfItsWaitWasAColdStart() {
        report("a/0", new Replica.State.Starting(now));
        pass(10);
        var early = ask();
        pass(5);
        report("a/0", Rig.endpoint(1));
        assertEquals(Duration.ofSeconds(5), early.lease().queued());
        assertEquals(Duration.ofSeconds(5), early.lease().coldStart());
        var late = ask();
        assertEquals(Duration.ZERO, late.lease().coldStart());
    }

    @Test
    void whatItWaitedBeforeTheStartBeganIsNoColdStart() {
        var first = ask();
        pass(3);
        report("a/0", new Replica.State.Starting(now));
        pass(4);
        report("a/0", Rig.endpoint(1));
        assertEquals(Duration.ofSeconds(7), first.lease().queued());
        assertEquals(Duration.ofSeconds(4), first.lease().coldStart());
    }

    @Test
    void whatItWaitedForAReplicaThatWasReadyIsNoColdStart() {
        report("a/0", Rig.endpoint(1));
        var busy = List.of(ask(), ask());
        var waiting = ask();
        pass(5);
        busy.getFirst().lease().release(Lease.Ended.SERVED);
        assertEquals(Duration.ofSeconds(5), waiting.lease().queued());
        assertEquals(Duration.ZERO, waiting.lease().coldStart());
    }

    @Test
    void anAnswerThatHasBegunGivesAnEjectedReplicaAllItsSlotsBack() {
        report("a/0", Rig.endpoint(1));
        report("a/1", Rig.endpoint(2));
        router.change("a", fleet -> fleet.cordon("a/1", true));
        ask().lease().release(Lease.Ended.UNREACHABLE);
        router.change("a", fleet -> fleet.cordon("a/1", false));
        var others = List.of(ask(), ask());
        ask().lease().release(Lease.Ended.UNREACHABLE);
        pass(30);
        router.tick();
        var probe = ask();
        assertEquals("a/0", probe.lease().replica());
        var waiting = ask();
        assertNull(waiting.lease);
        probe.lease().answered();
        assertEquals("a/0", waiting.lease().replica());
        assertTrue(others.stream().allMatch(each -> each.lease().replica().equals("a/1")));
    }

    @Test
    void aReplicaThatIsBusyGetsNothingUntilItsTimeIsUp() {
        report("a/0", Rig.endpoint(1));
        var refused = ask().lease();
        var waiting = List.of(ask(), ask());
        refused.busyFor(Duration.ofSeconds(20));
        refused.release(Lease.Ended.BUSY);
        assertNull(waiting.get(1).lease);
        pass(20);
        router.tick();
        assertNotNull(waiting.get(1).lease);
    }

    @Test
    void itMattersWhichReplicaOnceThereAreTwo() {
        assertFalse(router.hasChoice("m"));
        report("a/0", Rig.endpoint(1));
        assertFalse(router.hasChoice("m"));
        report("a/1", new Replica.State.Starting(now));
        assertTrue(router.hasChoice("m"));
        report("a/1", new Replica.State.Stopped());
        assertFalse(router.hasChoice("m"));
        assertFalse(router.hasChoice("unknown"));
    }

    private Granted ask() {
        var answer = new Granted();
        router.lease(new LeaseRequest("m", Set.of(), START.plusSeconds(3600)), answer);
        return answer;
    }

    private void pass(int seconds) {
        now = now.plusSeconds(seconds);
    }

    private void report(String id, Replica.State state) {
        router.changed(new Replica(id, "a", state));
    }
}
