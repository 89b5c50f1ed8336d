package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetEjectionTest {
    @Test
    void ejectsAfterFiveErrorsInARow() {
        var rig = Rig.of(4, "a/0", "a/1");
        rig.end("a/0", Lease.Ended.FAILED, 4);
        rig.end("a/0", Lease.Ended.SERVED, 1);
        rig.end("a/0", Lease.Ended.FAILED, 4);
        assertEquals("ready", rig.state("a/0"));
        rig.end("a/0", Lease.Ended.FAILED, 1);
        assertEquals("ejected", rig.state("a/0"));
        assertEquals(4, rig.fleet.capacity());
        assertEquals(1, rig.fleet.ready());
        rig.assertNone("a/1");
    }

    @Test
    void ejectsAfterTwoFailuresToConnect() {
        var rig = Rig.of(4, "a/0", "a/1");
        rig.end("a/0", Lease.Ended.UNREACHABLE, 1);
        rig.end("a/0", Lease.Ended.BUSY, 1);
        rig.end("a/0", Lease.Ended.UNREACHABLE, 1);
        assertEquals("ready", rig.state("a/0"));
        rig.end("a/0", Lease.Ended.UNREACHABLE, 1);
        assertEquals("ejected", rig.state("a/0"));
    }

    @Test
    void aBusyReplicaAndOneWhoseClientsLeaveAreNotEjected() {
        var rig = Rig.of(4, "a/0", "a/1");
        rig.end("a/0", Lease.Ended.BUSY, 20);
        rig.end("a/0", Lease.Ended.UNKNOWN, 20);
        assertEquals("ready", rig.state("a/0"));
    }

    @Test
    void afterItsTimeOneRequestAtATimeTriesItUntilOneIsServed() {
        var rig = Rig.of(4, "a/0", "a/1");
        rig.end("a/0", Lease.Ended.UNREACHABLE, 2);
        rig.pass(29);
        assertFalse(rig.fleet.tick(rig.now));
        rig.pass(1);
        assertTrue(rig.fleet.tick(rig.now));
        var probe = rig.take("a/1");
        rig.assertNone("a/1");
        rig.release(probe, Lease.Ended.UNKNOWN);
        rig.release(rig.take("a/1"), Lease.Ended.SERVED);
        assertEquals(8, rig.fleet.freeSlots());
    }

    @Test
    void aLongAnswerThatHasBegunNeedNotEnd() {
        var rig = Rig.of(4, "a/0", "a/1");
        rig.end("a/0", Lease.Ended.UNREACHABLE, 2);
        rig.pass(30);
        rig.fleet.tick(rig.now);
        var probe = rig.take("a/1");
        rig.fleet.answered(probe, rig.now);
        assertEquals(7, rig.fleet.freeSlots());
        rig.release(probe, Lease.Ended.SERVED);
        assertEquals(8, rig.fleet.freeSlots());
    }

    @Test
    void eachEjectionInARowLastsLongerUpToTheMaximum() {
        var rig = Rig.of(4, "a/0", "a/1");
        rig.end("a/0", Lease.Ended.UNREACHABLE, 2);
        for (var seconds : List.of(30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300)) {
            rig.pass(seconds - 1);
            assertFalse(rig.fleet.tick(rig.now), () -> "before " + seconds + " s");
            rig.pass(1);
            assertTrue(rig.fleet.tick(rig.now), () -> "after " + seconds + " s");
            rig.end("a/0", Lease.Ended.FAILED, 1);
        }
        rig.pass(300);
        rig.fleet.tick(rig.now);
        rig.end("a/0", Lease.Ended.SERVED, 1);
        rig.pass(301);
        rig.end("a/0", Lease.Ended.UNREACHABLE, 2);
        rig.pass(30);
        assertTrue(rig.fleet.tick(rig.now));
    }

    @Test
    void notMoreThanHalfAreEjectedAndOneStaysInAnyCase() {
        var rig = Rig.of(4, "a/0", "a/1", "a/2", "a/3", "a/4");
        for (var i = 0; i < 5; i++) {
            rig.end("a/" + i, Lease.Ended.UNREACHABLE, 2);
        }
        assertEquals(3, rig.fleet.ready());
        assertEquals("ejected", rig.state("a/0"));
        assertEquals("ready", rig.state("a/4"));
        var alone = Rig.of(4, "a/0");
        alone.end("a/0", Lease.Ended.UNREACHABLE, 20);
        assertEquals(4, alone.fleet.freeSlots());
    }

    @Test
    void theBreakerIsOpenWhileAllThatAreLeftFail() {
        var rig = Rig.of(4, "a/0", "a/1");
        rig.end("a/0", Lease.Ended.UNREACHABLE, 2);
        assertFalse(rig.fleet.breakerOpen());
        rig.end("a/1", Lease.Ended.UNREACHABLE, 2);
        assertTrue(rig.fleet.breakerOpen());
        rig.end("a/1", Lease.Ended.SERVED, 1);
        assertFalse(rig.fleet.breakerOpen());
        rig.end("a/1", Lease.Ended.UNREACHABLE, 2);
        rig.pass(60);
        rig.fleet.tick(rig.now);
        assertFalse(rig.fleet.breakerOpen());
        rig.end("a/1", Lease.Ended.UNREACHABLE, 1);
        assertEquals("ejected", rig.state("a/1")); // the other is tried again by now
    }

    @Test
    void theEjectedComeBackWhenTheOthersGo() {
        var rig = Rig.of(4, "a/0", "a/1", "a/2", "a/3");
        rig.end("a/0", Lease.Ended.UNREACHABLE, 2);
        rig.pass(1);
        rig.end("a/1", Lease.Ended.UNREACHABLE, 2);
        rig.report("a/2", new Replica.State.Stopped());
        assertEquals("ready", rig.state("a/0"));
        assertEquals("ejected", rig.state("a/1"));
        rig.fleet.drain("a/3");
        assertEquals(1, rig.fleet.freeSlots());
        rig.fleet.drain("a/0");
        assertEquals("ready", rig.state("a/1"));
        assertEquals("a/1", rig.take().replica());
    }

    @Test
    void whatWasSentBeforeTheEjectionSaysNothingAfterIt() {
        var rig = Rig.of(9, "a/0", "a/1");
        var before = new ArrayList<Seat>();
        for (var i = 0; i < 9; i++) {
            before.add(rig.take("a/1"));
        }
        rig.release(before.removeLast(), Lease.Ended.UNREACHABLE);
        rig.release(before.removeLast(), Lease.Ended.UNREACHABLE);
        assertEquals("ejected", rig.state("a/0"));
        rig.release(before.removeLast(), Lease.Ended.SERVED);
        assertEquals("ejected", rig.state("a/0"));
        rig.pass(30);
        rig.fleet.tick(rig.now);
        var probe = rig.take("a/1");
        before.forEach(seat -> rig.release(seat, Lease.Ended.UNREACHABLE));
        assertEquals("ready", rig.state("a/0"));
        rig.release(probe, Lease.Ended.SERVED);
        assertEquals(18, rig.fleet.freeSlots());
    }

    @Test
    void aReplicaThatStartsAnewIsSound() {
        var rig = Rig.of(2, "a/0", "a/1");
        rig.end("a/0", Lease.Ended.UNREACHABLE, 2);
        rig.report("a/0", new Replica.State.Starting(rig.now));
        rig.ready("a/0");
        assertEquals(4, rig.fleet.freeSlots());
    }

    @Test
    void aServerWithoutSlotsFindsItsLimitByItself() {
        var rig = new Rig(new FleetSettings(0, true, Duration.ZERO, Ejection.Settings.defaults()));
        rig.ready("a/0");
        var seats = new ArrayList<Seat>();
        while (rig.fleet.freeSlots() > 0) {
            seats.add(rig.take());
        }
        assertEquals(64, seats.size());
        seats.forEach(seat -> rig.release(seat, Lease.Ended.BUSY));
        assertEquals(44, rig.fleet.freeSlots());
        for (var i = 0; i < 50; i++) {
            rig.release(rig.take(), Lease.Ended.SERVED);
        }
        assertEquals(44, rig.fleet.freeSlots()); // it was never in use
        for (var round = 0; round < 30; round++) {
            var full = new ArrayList<Seat>();
            while (rig.fleet.freeSlots() > 0) {
                full.add(rig.take());
            }
            full.forEach(seat -> rig.release(seat, Lease.Ended.SERVED));
        }
        assertTrue(rig.fleet.freeSlots() > 52 && rig.fleet.freeSlots() <= 64);
    }
}
