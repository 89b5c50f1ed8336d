package dev.forebay.routing;

import static dev.forebay.routing.Tickets.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitingLineTest {
    private static final Tickets ANY = Tickets.of("t");

    private final WaitingLine line = new WaitingLine(new WaitingLine.Limits(4, 1000));
    private int second;

    @Test
    void theFirstToComeIsTheFirstToGo() {
        var first = waits(ANY);
        var second = waits(ANY);

        assertSame(first, next());
        assertSame(second, next());
        assertNull(next());
    }

    @Test
    void higherPrioritiesGoFirst() {
        var low = waits(ANY.priority(-3));
        var ordinary = waits(ANY);
        var urgent = waits(ANY.priority(5));

        assertEquals(List.of(urgent, ordinary, low), List.of(take(), take(), take()));
    }

    @Test
    void lowerPrioritiesLeaveRoomForHigherOnes() {
        waits(ANY.priority(5).nodepool("b"));
        waits(ANY.priority(4).nodepool("b"));
        var low = waits(ANY);

        assertNull(line.poll(0.6, WaitingLineTest::choseNone));
        assertSame(low, line.poll(0.59, WaitingLineTest::choseNone));
    }

    @Test
    void aPriorityInBetweenMayGoUpToACeilingInBetween() {
        waits(ANY.priority(5).nodepool("b"));
        var between = waits(ANY.priority(4));
        waits(ANY);

        assertNull(line.poll(0.8, WaitingLineTest::choseNone));
        assertSame(between, line.poll(0.79, WaitingLineTest::choseNone));
    }

    @Test
    void theOnlyPriorityIsNeverHeldBack() {
        var only = waits(ANY.priority(-3));

        assertSame(only, line.poll(1, _ -> true));
    }

    @Test
    void aPriorityThatNobodyWaitsInHoldsNobodyBack() {
        waits(ANY.priority(5));
        var low = waits(ANY);
        next();

        assertSame(low, line.poll(1, _ -> true));
    }

    @Test
    void aTryAgainGoesBeforeOthersOfItsTenant() {
        var first = waits(ANY);
        var again = waits(ANY.excluded("a/0"));
        var againLater = waits(ANY.excluded("a/1"));

        assertEquals(List.of(again, againLater, first), List.of(take(), take(), take()));
    }

    @Test
    void whatDoesNotFitIsPassedOver() {
        waits(ANY.excluded("a/0"));
        waits(ANY.nodepool("b"));
        var fits = waits(ANY);

        assertSame(fits, line.poll(0, ticket -> choseNone(ticket) && choseAll(ticket)));
        assertEquals(2, line.size());
    }

    @Test
    void aTicketThatComesBackStandsWhereItsArrivalPutsIt() {
        var first = waits(ANY);
        var between = waits(ANY);
        var last = waits(ANY);
        line.remove(between);
        line.remove(first);
        line.offer(between);
        line.offer(first);

        assertEquals(List.of(first, between, last), List.of(take(), take(), take()));
    }

    @Test
    void aTicketCannotWaitTwice() {
        var ticket = waits(ANY);

        assertThrows(IllegalArgumentException.class, () -> line.offer(ticket));
    }

    @Test
    void whoHasLeftCannotLeaveAgain() {
        var ticket = waits(ANY.bytes(10));

        assertFalse(new WaitingLine(new WaitingLine.Limits(4, 1000)).remove(ticket));
        assertTrue(line.remove(ticket));
        assertFalse(line.remove(ticket));
        assertEquals(0, line.size());
        assertEquals(0, line.bytes());
        assertEquals(Map.of(), line.sizeByPriority());
    }

    @Test
    void aFullLineTakesNobodyOfTheSamePriority() {
        for (var i = 0; i < 4; i++) {
            waits(ANY);
        }

        assertEquals(new WaitingLine.Offer.Full("4 requests"), offer(ANY));
        assertEquals(new WaitingLine.Offer.Full("4 requests"), offer(ANY.priority(-1)));
        assertEquals(4, line.size());
    }

    @Test
    void theYoungestOfTheLowestPriorityMakesRoomForAHigherOne() {
        waits(ANY.priority(-1));
        var youngest = waits(ANY.priority(-1));
        waits(ANY);
        waits(ANY);

        assertEquals(new WaitingLine.Offer.Displaced(List.of(youngest)), offer(ANY.priority(1)));
        assertFalse(line.remove(youngest));
        assertEquals(List.of(1, 0, -1), List.copyOf(line.sizeByPriority().keySet()));
    }

    @Test
    void severalMakeRoomForALargeBodyButNoneWithoutABody() {
        var higher = waits(ANY.priority(1).bytes(400));
        var low = waits(ANY.bytes(500));
        waits(ANY);

        assertEquals(
                new WaitingLine.Offer.Displaced(List.of(low, higher)),
                offer(ANY.priority(2).bytes(1000)));
        assertEquals(1000, line.bytes());
        assertEquals(2, line.size());
    }

    @Test
    void nobodyLeavesForOneThatStillFindsNoRoom() {
        waits(ANY.bytes(300));
        waits(ANY.priority(2).bytes(600));

        assertEquals(
                new WaitingLine.Offer.Full("2 requests of 900 bytes"),
                offer(ANY.priority(1).bytes(500)));
        assertEquals(
                new WaitingLine.Offer.Full("1001 bytes, 1000 may wait"),
                offer(ANY.priority(9).bytes(1001)));
        assertEquals(2, line.size());
    }

    @Test
    void whoHasWaitedTooLongOrHasNoTimeLeftLeaves() {
        var patient = waits(ANY);
        var hurried = waits(ANY.deadline(5));

        assertEquals(List.of(), expired(4));
        assertEquals(List.of(hurried), expired(5));
        assertEquals(List.of(), expired(59));
        assertEquals(List.of(patient), expired(60));
        assertEquals(0, line.size());
    }

    @Test
    void tellsWhoIsAheadAndSinceWhenTheOldestWaits() {
        assertNull(line.oldestArrival());
        waits(ANY);
        waits(ANY.priority(2));
        waits(ANY.priority(2));

        assertEquals(START, line.oldestArrival());
        assertEquals(0, line.ahead(3));
        assertEquals(2, line.ahead(2));
        assertEquals(2, line.ahead(1));
        assertEquals(3, line.ahead(0));
        assertEquals(Map.of(2, 2, 0, 1), line.sizeByPriority());
    }

    @Test
    void boundsBelowZeroAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new WaitingLine.Limits(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new WaitingLine.Limits(0, -1));
    }

    private static boolean choseNone(Ticket ticket) {
        return ticket.request.nodepool().isEmpty();
    }

    private static boolean choseAll(Ticket ticket) {
        return ticket.request.excluded().equals(Set.of());
    }

    private List<Ticket> expired(int seconds) {
        return line.expire(START.plusSeconds(seconds), Duration.ofSeconds(60));
    }

    private @Nullable Ticket next() {
        return line.poll(0, _ -> true);
    }

    private Ticket take() {
        var next = next();
        if (next == null) {
            throw new AssertionError("nobody waits");
        }
        return next;
    }

    private WaitingLine.Offer offer(Tickets kind) {
        return line.offer(kind.at(second++));
    }

    private Ticket waits(Tickets kind) {
        var ticket = kind.at(second++);
        assertInstanceOf(WaitingLine.Offer.Taken.class, line.offer(ticket));
        return ticket;
    }
}
