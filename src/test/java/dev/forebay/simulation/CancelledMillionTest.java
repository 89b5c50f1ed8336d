package dev.forebay.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.routing.Spillover;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CancelledMillionTest {
    /** Most of them leave while they wait, the others while they are served. */
    @Test
    void aMillionClientsThatGoAwayLeaveNoSlotTakenAndNobodyWaiting() {
        var crowd = Scenarios.of(Spillover.DEFAULT, Scenarios.phase(110, 10_000), Scenarios.phase(60, 0));
        var leaving = new Scenario.Clients(1, Duration.ofHours(1), 3, 2, 1);

        var outcome = Simulation.run(Scenarios.with(crowd, leaving), 1);

        assertTrue(outcome.cancelled() >= 1_000_000, outcome.cancelled() + " left");
        assertEquals(0, outcome.inFlight());
        assertEquals(0, outcome.queued());
    }
}
