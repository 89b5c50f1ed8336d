package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Replica;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FleetTest {
    @Test
    void givesOutEachSlotOnce() {
        var rig = Rig.of(2, "a/0", "a/1");
        var replicas =
                Stream.generate(rig::take).limit(4).map(Seat::replica).sorted().toList();
        assertEquals(List.of("a/0", "a/0", "a/1", "a/1"), replicas);
        rig.assertNone();
        assertEquals(0, rig.fleet.freeSlots());
        assertEquals(4, rig.fleet.capacity());
        assertEquals(4, rig.fleet.inFlight());
    }

    @Test
    void aSeatIsReleasedOnce() {
        var rig = Rig.of(1, "a/0");
        var seat = rig.take();
        rig.release(seat, Lease.Ended.SERVED);
        assertThrows(IllegalStateException.class, () -> rig.release(seat, Lease.Ended.SERVED));
        assertEquals(0, rig.fleet.inFlight());
        assertEquals(1, rig.fleet.freeSlots());
        assertThrows(IllegalStateException.class, () -> Rig.of(1).release(rig.take(), Lease.Ended.SERVED));
    }

    @Test
    void withoutALimitThereIsAlwaysRoom() {
        var rig = Rig.of(0, "a/0");
        for (var i = 0; i < 1000; i++) {
            rig.take();
        }
        assertEquals(Integer.MAX_VALUE, rig.fleet.freeSlots());
        assertEquals(Integer.MAX_VALUE, rig.fleet.capacity());
        assertEquals(1000, rig.fleet.inFlight());
        assertEquals(0, rig.fleet.live().getFirst().limit());
    }

    @Test
    void theLessBusyOfTwoGetsTheRequestAndEqualsTakeTurns() {
        var rig = Rig.of(4, "a/0", "a/1");
        var first = rig.take();
        var second = rig.take();
        assertNotEquals(first.replica(), second.replica());
        rig.release(second, Lease.Ended.SERVED);
        assertEquals(second.replica(), rig.take().replica());
        assertEquals(first.replica(), rig.take().replica());
    }

    @Test
    void excludedReplicasAreNeverChosen() {
        var rig = Rig.of(0, "a/0", "a/1", "a/2", "a/3");
        for (var i = 0; i < 100; i++) {
            assertTrue(Set.of("a/1", "a/3").contains(rig.take("a/0", "a/2").replica()));
            assertEquals("a/1", rig.take("a/0", "a/2", "a/3").replica());
        }
        rig.assertNone("a/0", "a/1", "a/2", "a/3");
    }

    @Test
    void aReplicaThatFailedIsPassedOverForFiveSecondsWhileAnotherIsFree() {
        var rig = Rig.of(9, "a/0", "a/1", "a/2");
        rig.end("a/1", Lease.Ended.FAILED, 1);
        rig.end("a/2", Lease.Ended.BUSY, 1);
        for (var i = 0; i < 9; i++) {
            assertEquals("a/0", rig.take().replica());
        }
        assertNotEquals("a/0", rig.take().replica());
        rig.pass(5);
        assertNotEquals(rig.take().replica(), rig.take().replica());
    }

    @Test
    void aDrainingReplicaGetsNothingMoreAndKeepsWhatItHas() {
        var rig = Rig.of(2, "a/0");
        var seat = rig.take();
        rig.fleet.drain("a/0");
        rig.assertNone();
        assertEquals("draining", rig.state("a/0"));
        assertEquals(0, rig.fleet.ready());
        assertEquals(0, rig.fleet.capacity());
        assertEquals(1, rig.fleet.inFlight());
        rig.release(seat, Lease.Ended.SERVED);
        rig.fleet.undrain("a/0");
        assertEquals(2, rig.fleet.freeSlots());
    }

    @Test
    void aReplicaThatIsDrainedAndCordonedNeedsBothTakenBack() {
        var rig = Rig.of(1, "a/0");
        rig.fleet.drain("a/0");
        rig.fleet.cordon("a/0", true);
        rig.fleet.undrain("a/0");
        rig.assertNone();
        assertEquals(Optional.of("cordoned"), rig.fleet.live().getFirst().reason());
        rig.fleet.cordon("a/0", false);
        rig.take();
    }

    @Test
    void aReplicaThatStartsAnewIsNotDrainingAnyMore() {
        var rig = Rig.of(1, "a/0");
        var seat = rig.take();
        rig.fleet.drain("a/0");
        rig.report("a/0", new Replica.State.Stopped());
        assertEquals("stopped", rig.state("a/0"));
        rig.ready("a/0");
        assertEquals("ready", rig.state("a/0"));
        rig.assertNone(); // what it had before still counts
        rig.release(seat, Lease.Ended.FAILED);
        rig.take();
    }

    @Test
    void aStoppedReplicaIsForgottenWithItsLastRequest() {
        var rig = Rig.of(1, "a/0");
        var seat = rig.take();
        rig.report("a/0", new Replica.State.Stopped());
        rig.release(seat, Lease.Ended.SERVED);
        assertEquals("gone", rig.state("a/0"));
        assertEquals(0, rig.fleet.inFlight());
    }

    @Test
    void aSeatKeepsTheEndpointThatItWasGrantedAt() {
        var rig = Rig.of(2, "a/0");
        var before = rig.take();
        rig.report("a/0", Rig.endpoint(2));
        assertEquals(1, before.endpoint().port());
        assertEquals(2, rig.take().endpoint().port());
    }

    @Test
    void aReplicaThatHasJustBecomeReadyGetsLess() {
        var rig = new Rig(FleetSettings.defaults(0));
        rig.ready("a/0");
        rig.pass(60);
        rig.report("a/1", new Replica.State.Starting(rig.now));
        rig.ready("a/1");
        rig.pass(3);
        var newcomers = Stream.generate(rig::take)
                .limit(110)
                .filter(seat -> seat.replica().equals("a/1"))
                .count();
        assertEquals(10, newcomers, 1); // a tenth of the other's
        rig.pass(27);
        assertEquals("a/1", rig.take().replica());
    }

    @Test
    void replicasThatAreReadyAtFirstSightTakeTurnsWhenOneIsHeardOfLater() {
        var rig = new Rig(FleetSettings.defaults(0));
        rig.ready("a/0");
        rig.pass(1);
        rig.ready("a/1");
        rig.pass(9);
        var first = rig.take();
        rig.release(first, Lease.Ended.SERVED);
        assertNotEquals(first.replica(), rig.take().replica());
    }

    @Test
    void aReplicaWhoseServerAskedForAPauseIsBusyUntilThen() {
        var rig = Rig.of(0, "a/0");
        rig.fleet.pause("a/0", Duration.ofSeconds(20), rig.now);
        rig.assertNone();
        assertEquals(1, rig.fleet.ready());
        rig.pass(19);
        assertFalse(rig.fleet.tick(rig.now));
        rig.pass(1);
        assertTrue(rig.fleet.tick(rig.now));
        rig.take();
        rig.fleet.pause("a/0", Duration.ofDays(1), rig.now);
        rig.pass(300);
        assertTrue(rig.fleet.tick(rig.now));
    }

    @Test
    void tellsWhenTheNextOfThoseThatStartWillBeReadyAndPassesOverWhatIsOverdue() {
        var rig = Rig.of(1);
        rig.report("a/0", new Replica.State.Starting(rig.now));
        assertEquals(Optional.empty(), rig.fleet.readyNext(rig.now), "nothing is measured yet");
        rig.pass(30);
        rig.ready("a/0");

        rig.report("a/1", new Replica.State.Starting(rig.now));
        rig.pass(10);
        rig.report("a/2", new Replica.State.Starting(rig.now));
        assertEquals(Optional.of(rig.now.plusSeconds(20)), rig.fleet.readyNext(rig.now));
        rig.pass(20);
        assertEquals(Optional.of(rig.now.plusSeconds(10)), rig.fleet.readyNext(rig.now), "a/1 is overdue");
        rig.pass(10);
        assertEquals(Optional.empty(), rig.fleet.readyNext(rig.now));
    }

    @Test
    void anotherReplicaIsOneThatServesOrStartsOrWillSoonBeStartedAgain() {
        var rig = Rig.of(1, "a/0");
        var tried = Set.of("a/0");
        assertFalse(rig.fleet.isAnyBut(tried));

        rig.report("a/1", new Replica.State.Failed("exit 1", "exit 1", rig.now.plusSeconds(1), false));
        assertTrue(rig.fleet.isAnyBut(tried));
        rig.report("a/1", new Replica.State.Failed("exit 1", "exit 1", rig.now.plusSeconds(9), true));
        assertFalse(rig.fleet.isAnyBut(tried), "it is down");
        rig.report("a/1", new Replica.State.Starting(rig.now));
        assertTrue(rig.fleet.isAnyBut(tried));
    }

    @Test
    void measuresColdStartsButNotReplicasThatAreReadyAtOnce() {
        var rig = Rig.of(1, "a/0");
        assertEquals(Optional.empty(), rig.fleet.coldStarts().median());
        for (var seconds : List.of(50, 10, 30)) {
            rig.report("a/1", new Replica.State.Starting(rig.now));
            assertEquals(1, rig.fleet.starting());
            rig.pass(seconds);
            rig.ready("a/1");
        }
        assertEquals(Optional.of(Duration.ofSeconds(30)), rig.fleet.coldStarts().median());
        assertEquals(3, rig.fleet.coldStarts().count());
        assertEquals(0, rig.fleet.starting());
    }

    @Test
    void isDownOnceEveryReplicaIs() {
        var rig = Rig.of(1);
        assertNull(rig.fleet.whyDown());
        rig.report("a/0", new Replica.State.Failed("at /x: no such file", "no such file", rig.now, true));
        rig.report("a/1", new Replica.State.Failed("ended", "ended", rig.now, false));
        assertNull(rig.fleet.whyDown());
        rig.report("a/1", new Replica.State.Stopped());
        assertEquals("replica a/0: no such file", rig.fleet.whyDown());
        rig.report("a/0", new Replica.State.Starting(rig.now));
        assertNull(rig.fleet.whyDown());
    }
}
