package dev.forebay.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.routing.Spillover;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Invariants are looked at after each event of each run: a broken one fails the test with its number. */
class SimulationTest {
    private static final int SEEDS = 50;
    private static final Spillover RULE = Spillover.DEFAULT;

    @Test
    void theSameSeedGivesTheSameRun() {
        var scenario = busy();

        assertEquals(Simulation.run(scenario, 1), Simulation.run(scenario, 1));
    }

    @Test
    void nothingIsLostAndNoInvariantBreaksWhateverTheSeed() {
        for (var seed = 0; seed < SEEDS; seed++) {
            var outcome = Simulation.run(busy(), seed);

            assertEquals(0, outcome.lost(), "seed " + seed);
            assertEquals(0, outcome.queued(), "seed " + seed);
        }
    }

    @Test
    void slotsInFlightReturnToNothingWhenEveryClientGoesAway() {
        var all = Scenarios.of(RULE, Scenarios.phase(120, 100), Scenarios.phase(60, 0));
        var gone = new Scenario(all.deployment(), all.capacities(), all.nodepools(), all.load(), 1, 0);

        var outcome = Simulation.run(gone, 3);

        assertTrue(outcome.cancelled() > 5_000);
        assertEquals(0, outcome.inFlight());
    }

    /** Poisson arrivals, late binding and no queue: the first nodepool's overflow is Erlang's loss formula. */
    @Test
    void theSecondNodepoolTakesExactlyWhatTheFirstHasNoSlotFor() {
        var atOnce = new Spillover(
                Spillover.Mode.OVERFLOW, 0.2, 0, 0, Spillover.Amount.AUTO, true, Spillover.LimitCounts.DESIRED, 86_400);
        var warm = warmed(atOnce, Scenarios.phase(600, 60), Scenarios.phase(6000, 60));

        var outcome = Simulation.run(warm, 5);

        var expected = erlangB(80, 60 * 2.0);
        assertEquals(expected, outcome.pools().get(1).share(), 0.03);
    }

    @Test
    void theSecondNodepoolIsOpenedOnceForAStepOfLoadAndClosesAfterIt() {
        var step = Scenarios.of(RULE, Scenarios.phase(1200, 20), Scenarios.phase(1800, 60), Scenarios.phase(3000, 20));

        for (var seed = 0; seed < 10; seed++) {
            var outcome = Simulation.run(step, seed);

            var opened = outcome.pools().get(1).opened();
            assertTrue(opened <= 2, "once when cold, once for the step, not " + opened + " times");
            var last = outcome.decisions().getLast();
            assertTrue(last.contains("closed"), last);
        }
    }

    @Test
    void theSecondNodepoolRestsWhileTheFirstSuffices() {
        var outcome = Simulation.run(warmed(RULE, Scenarios.phase(3600, 20)), 9);

        assertEquals(0, outcome.pools().get(1).started());
        assertEquals(0.0, outcome.pools().get(1).share());
    }

    @Test
    void moreReplicasInTheFirstNeverGiveTheSecondMore() {
        var shares = List.of(4, 8, 12).stream()
                .map(max -> {
                    var few = Scenarios.of(RULE, Scenarios.phase(3600, 60));
                    var scenario = new Scenario(
                            Scenarios.deployment(RULE, max), few.capacities(), few.nodepools(), few.load(), 0, 0);
                    return Simulation.run(scenario, 11).pools().get(1).share();
                })
                .toList();

        assertTrue(shares.get(0) >= shares.get(1) && shares.get(1) >= shares.get(2), shares.toString());
    }

    @Test
    void aNodepoolThatCannotServeLosesNothing() {
        var kills = new Scenario(
                Scenarios.deployment(RULE, 10),
                List.of(Scenarios.capacity("cheap"), Scenarios.capacity("dear")),
                Map.of(
                        "cheap", new Scenario.Behaviour(Duration.ofSeconds(5), Scenarios.SERVICE),
                        "dear", new Scenario.Behaviour(Duration.ofSeconds(10), Scenarios.SERVICE)),
                List.of(Scenarios.phase(900, 40), Scenarios.phase(300, 0)),
                0.1,
                30);

        for (var seed = 0; seed < 10; seed++) {
            var outcome = Simulation.run(kills, seed);

            assertEquals(0, outcome.inFlight());
            assertTrue(outcome.lost() <= outcome.arrived() / 1000, outcome.lost() + " of " + outcome.arrived());
        }
    }

    private static Scenario busy() {
        var calm = Scenarios.of(
                RULE,
                Scenarios.phase(120, 20),
                Scenarios.phase(120, 60),
                Scenarios.phase(60, 5),
                Scenarios.phase(240, 0));
        return new Scenario(calm.deployment(), calm.capacities(), calm.nodepools(), calm.load(), 0.1, 0);
    }

    /** The same, but replicas are there at once. */
    private static Scenario warmed(Spillover rule, Scenario.Phase... load) {
        var cold = Scenarios.of(rule, load);
        var atOnce = new Scenario.Behaviour(Duration.ofMillis(1), Scenarios.SERVICE);
        return new Scenario(
                cold.deployment(), cold.capacities(), Map.of("cheap", atOnce, "dear", atOnce), cold.load(), 0, 0);
    }

    private static double erlangB(int servers, double load) {
        var blocked = 1.0;
        for (var n = 1; n <= servers; n++) {
            blocked = load * blocked / (n + load * blocked);
        }
        return blocked;
    }
}
