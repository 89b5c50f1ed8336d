package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.AffinityKey;
import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Failover;
import dev.forebay.compute.Replica;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A session may stay at a later nodepool for a moment, and for no longer. */
class AffinityHoldTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private final Router router = new Router(
            List.of(new Deployment(
                    "m",
                    List.of("a", "b"),
                    new Deployment.Queue(9, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600)))),
            List.of(pool("a"), pool("b")),
            () -> now,
            new SplittableRandom(1));

    @Test
    void aSessionThatWasSpilledOverStaysForTwoSecondsAfterItsEnd() {
        var spilled = spill("s");
        now = now.plusSeconds(30);
        spilled.release(Lease.Ended.SERVED);
        now = now.plusMillis(1999);
        // This one goes there for the session alone, so that it does not lengthen the time.
        var held = ask(Rig.session("s"));
        assertEquals("b", held.nodepool());
        held.release(Lease.Ended.SERVED);
        now = now.plusMillis(1);
        assertEquals("a", ask(Rig.session("s")).nodepool());
    }

    @Test
    void otherSessionsAndPromptsThatBeginAlikeFollowThePrecedence() {
        var spilled = spill("s");
        spilled.release(Lease.Ended.SERVED);
        for (var key : List.of(Rig.session("t"), Rig.prefix(1), Optional.<AffinityKey>empty())) {
            var lease = ask(key);
            assertEquals("a", lease.nodepool());
            lease.release(Lease.Ended.SERVED);
        }
    }

    @Test
    void aSessionThatWasServedByTheFirstNodepoolAgainStaysThere() {
        spill("s").release(Lease.Ended.SERVED);
        var hold = new AffinityHold();
        hold.ended(Rig.session("s"), 1, now);
        assertEquals(OptionalInt.of(1), hold.rank(Rig.session("s"), now));
        hold.ended(Rig.session("s"), 0, now);
        assertEquals(OptionalInt.empty(), hold.rank(Rig.session("s"), now));
    }

    @Test
    void whereThereIsNoRoomTheHoldDoesNotMakeItWait() {
        var spilled = spill("s");
        spilled.release(Lease.Ended.SERVED);
        assertEquals("b", ask(Rig.session("s")).nodepool());
        assertEquals("a", ask(Rig.session("s")).nodepool());
    }

    @Test
    void itRemembersABoundedNumberOfSessions() {
        var hold = new AffinityHold();
        for (var i = 0; i <= AffinityHold.SESSIONS_MAX; i++) {
            hold.ended(Rig.session("s" + i), 1, now);
        }
        assertTrue(hold.rank(Rig.session("s0"), now).isEmpty());
        assertTrue(hold.rank(Rig.session("s1"), now).isPresent());
    }

    /** A request of the session that is served by the second nodepool; the first is free again afterwards. */
    private Lease spill(String session) {
        ready("a/0");
        ready("b/0");
        var first = ask(Optional.empty());
        var answer = new Granted();
        router.lease(request(Rig.session(session)), answer);
        now = now.plusSeconds(1);
        router.tick();
        first.release(Lease.Ended.SERVED);
        var lease = answer.lease();
        assertEquals("b", lease.nodepool());
        return lease;
    }

    private Lease ask(Optional<AffinityKey> key) {
        var answer = new Granted();
        router.lease(request(key), answer);
        return answer.lease();
    }

    private static LeaseRequest request(Optional<AffinityKey> key) {
        return new LeaseRequest("m", Set.of(), START.plusSeconds(3600), "", 0, 1, 0, Optional.empty(), key);
    }

    private void ready(String id) {
        router.changed(new Replica(
                id, id.substring(0, 1), new Replica.State.Ready(Endpoint.of(URI.create("http://127.0.0.1:1/v1")))));
    }

    private static Capacity pool(String id) {
        return new Capacity(id, 1, 1, false, 1, Failover.DEFAULT);
    }
}
