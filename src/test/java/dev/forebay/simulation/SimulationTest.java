package dev.forebay.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.routing.Spillover;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Invariants are looked at after each event of each run: a broken one fails the test with its number and its shortest
 * trace.
 */
class SimulationTest {
    private static final int SEEDS = 50;
    private static final Spillover RULE = Spillover.DEFAULT;

    @Test
    void theSameSeedGivesTheSameEventsToTheByte() {
        assertEquals(journal(1), journal(1));
        assertNotEquals(journal(1), journal(2));
    }

    @Test
    void nothingIsLostAndNoInvariantBreaksWhateverTheSeed() {
        for (var seed = 0; seed < SEEDS; seed++) {
            var clients = seed % 2 == 0 ? Scenarios.mixed() : Scenarios.orderly();
            var outcome = Shortest.run(Scenarios.with(risingAndFalling(), clients), seed);

            assertEquals(0, outcome.lost() + outcome.broken(), "seed " + seed);
            assertEquals(0, outcome.queued(), "seed " + seed);
            assertEquals(0, outcome.inFlight(), "seed " + seed);
        }
    }

    @Test
    void theInvariantsHoldWithEveryFormOfTheRule() {
        for (var gate : List.of(true, false)) {
            for (var counts : Spillover.LimitCounts.values()) {
                for (var mode : Spillover.Mode.values()) {
                    var rule = new Spillover(mode, 0.2, 500, 1000, Spillover.Amount.AUTO, gate, counts, 60);
                    var scenario = Scenarios.with(risingAndFalling(), Scenarios.deployment(rule, 10));
                    var outcome = Shortest.run(Scenarios.with(scenario, Scenarios.mixed()), 1);
                    assertEquals(0, outcome.lost() + outcome.queued(), rule.toString());
                }
            }
        }
    }

    @Test
    void slotsInFlightReturnToNothingWhenEveryClientGoesAway() {
        var all = Scenarios.of(RULE, Scenarios.phase(120, 100), Scenarios.phase(60, 0));
        var leaving = new Scenario.Clients(1, Duration.ofHours(1), 1, 1, 1);

        var outcome = Shortest.run(Scenarios.with(all, leaving), 3);

        assertTrue(outcome.cancelled() > 5_000);
        assertEquals(0, outcome.inFlight());
    }

    /** Poisson arrivals, late binding and no queue: the first nodepool's overflow is Erlang's loss formula. */
    @Test
    void theSecondNodepoolTakesExactlyWhatTheFirstHasNoSlotFor() {
        var atOnce = new Spillover(
                Spillover.Mode.OVERFLOW, 0.2, 0, 0, Spillover.Amount.AUTO, true, Spillover.LimitCounts.DESIRED, 86_400);

        var outcome = Shortest.run(warmed(atOnce, Scenarios.phase(3000, 60)), 5);

        var expected = erlangB(80, 60 * 2.0);
        assertEquals(expected, outcome.pools().get(1).share(), 0.03);
    }

    @Test
    void theSecondNodepoolIsOpenedOnceForAStepOfLoadAndClosesAfterIt() {
        var step = Scenarios.of(RULE, Scenarios.phase(600, 20), Scenarios.phase(300, 60), Scenarios.phase(1200, 20));

        for (var seed = 0; seed < 5; seed++) {
            var outcome = Shortest.run(step, seed);

            var opened = outcome.pools().get(1).opened();
            assertTrue(opened <= 2, "once when cold, once for the step, not " + opened + " times");
            var last = outcome.decisions().getLast();
            assertTrue(last.contains("closed"), last);
        }
    }

    @Test
    void aQueueThatTheNodepoolsCanServeIsGoneOnceTheyHaveStarted() {
        // 60 a second are 120 slots; there are 160 as soon as the last replica of either nodepool has started.
        var started = Duration.ofSeconds(45 + 90);
        var drained = Duration.ofSeconds(30);
        var scenario = Scenarios.of(RULE, Scenarios.phase(240, 60));

        for (var seed = 0; seed < 5; seed++) {
            var outcome = Shortest.run(scenario, seed);

            var late = outcome.samples().stream()
                    .filter(sample -> sample.at().compareTo(started.plus(drained)) > 0)
                    .toList();
            assertTrue(
                    late.stream().anyMatch(sample -> sample.oldest().toMillis() < RULE.queueAgeThresholdMs()),
                    "seed " + seed);
            assertTrue(late.getLast().oldest().toMillis() < RULE.queueAgeThresholdMs(), "seed " + seed);
        }
    }

    @Test
    void theSecondNodepoolRestsWhileTheFirstSuffices() {
        var outcome = Shortest.run(warmed(RULE, Scenarios.phase(1200, 20)), 9);

        assertEquals(0, outcome.pools().get(1).started());
        assertEquals(0.0, outcome.pools().get(1).share());
    }

    @Test
    void moreReplicasInTheFirstNeverGiveTheSecondMore() {
        var few = Scenarios.of(RULE, Scenarios.phase(600, 60));
        var shares = List.of(4, 8, 12).stream()
                .map(max -> Shortest.run(Scenarios.with(few, Scenarios.deployment(RULE, max)), 11)
                        .pools()
                        .get(1)
                        .share())
                .toList();

        assertTrue(shares.get(0) >= shares.get(1) && shares.get(1) >= shares.get(2), shares.toString());
    }

    @Test
    void killedReplicasLoseOnlyAnswersThatHadBegunAndWhatThreeOfThemTried() {
        var kills = Scenarios.starting(
                Scenarios.of(RULE, Scenarios.phase(300, 40), Scenarios.phase(100, 0)), Duration.ofSeconds(5));
        var faults = new Scenario.Faults(30, List.of());

        for (var seed = 0; seed < 10; seed++) {
            var outcome = Shortest.run(Scenarios.with(Scenarios.with(kills, Scenarios.mixed()), faults), seed);

            assertEquals(0, outcome.inFlight());
            assertEquals(Set.of(), refusedBut(outcome, "overloaded"), "seed " + seed);
            assertTrue(outcome.broken() > 0);
            assertTrue(outcome.lost() <= outcome.arrived() / 1000, outcome.lost() + " of " + outcome.arrived());
        }
    }

    @Test
    void aNodepoolThatIsOutLosesNothingButAnswersThatHadBegun() {
        var scenario = Scenarios.with(
                Scenarios.of(RULE, Scenarios.phase(500, 40), Scenarios.phase(100, 0)), Scenarios.mixed());
        var once = new Scenario.Outage("cheap", Duration.ofSeconds(150), Duration.ofSeconds(90));
        var again = new Scenario.Outage("dear", Duration.ofSeconds(380), Duration.ofSeconds(10));

        for (var seed = 0; seed < 10; seed++) {
            var outcome = Shortest.run(Scenarios.with(scenario, new Scenario.Faults(0, List.of(once, again))), seed);

            assertEquals(0, outcome.lost(), "seed " + seed);
            assertEquals(Set.of(), refusedBut(outcome, "overloaded", "no_capacity"), "seed " + seed);
            assertEquals(0, outcome.queued() + outcome.inFlight(), "seed " + seed);
        }
    }

    private static Set<String> refusedBut(Outcome outcome, String... words) {
        return outcome.refused().keySet().stream()
                .filter(word -> !List.of(words).contains(word))
                .collect(Collectors.toSet());
    }

    private static List<String> journal(long seed) {
        var journal = Journal.kept();
        var scenario = Scenarios.with(
                Scenarios.with(risingAndFalling(), Scenarios.mixed()), new Scenario.Faults(2, List.of()));
        Simulation.run(
                scenario, Workload.of(scenario, seed), seed, Watch.closely().with(journal));
        return journal.lines();
    }

    private static Scenario risingAndFalling() {
        return Scenarios.of(
                RULE,
                Scenarios.phase(120, 20),
                Scenarios.phase(120, 60),
                Scenarios.phase(60, 5),
                Scenarios.phase(240, 0));
    }

    /** Replicas are there at once. */
    private static Scenario warmed(Spillover rule, Scenario.Phase... load) {
        return Scenarios.starting(Scenarios.of(rule, load), Duration.ofMillis(1));
    }

    private static double erlangB(int servers, double load) {
        var blocked = 1.0;
        for (var n = 1; n <= servers; n++) {
            blocked = load * blocked / (n + load * blocked);
        }
        return blocked;
    }
}
