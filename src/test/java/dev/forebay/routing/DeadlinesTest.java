package dev.forebay.routing;

import static dev.forebay.routing.Tickets.START;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final Deadlines deadlines = new Deadlines();

    @Test
    void theFirstDeadlineComesUpOnceItIsOver() {
        deadlines.add(Tickets.of("t").deadline(9).at(0));
        var first = Tickets.of("t").deadline(5).at(1);
        deadlines.add(first);

        assertNull(deadlines.over(START.plusSeconds(4)));
        assertSame(first, deadlines.over(START.plusSeconds(5)));
    }

    @Test
    void whoLeftDoesNotComeUp() {
        var left = deadlines.add(Tickets.of("t").deadline(5).at(0));
        deadlines.remove(left);

        assertNull(deadlines.over(START.plusSeconds(9)));
    }

    @Test
    void aMillionThatLeaveBeforeTheirTimeLeaveNothingBehind() {
        var stays = Tickets.of("t").deadline(5).at(0);
        deadlines.add(stays);
        for (var i = 0; i < 1_000_000; i++) {
            deadlines.remove(deadlines.add(Tickets.of("t").at(0)));
            assertTrue(deadlines.entries() <= 70, "entries are kept: " + deadlines.entries());
        }
        assertSame(stays, deadlines.over(START.plusSeconds(9)));
    }
}
