package dev.forebay.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.routing.Live;
import dev.forebay.routing.Spillover;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A rule that forbids what is allowed stands for one that is broken. */
class ShortestTest {
    private static final Scenario CALM =
            Scenarios.of(Spillover.DEFAULT, Scenarios.phase(120, 20), Scenarios.phase(120, 60));

    @Test
    void elevenRequestsAreEnoughToHaveMoreThanTenWait() {
        var kills = Scenarios.with(CALM, new Scenario.Faults(4, List.of()));

        var trace = trace(kills, now -> now.queued() <= 10);

        assertTrue(trace.startsWith("X1: it is forbidden\nseed 5, of which 11 requests and 0 faults in "), trace);
        assertEquals(11, count(trace, " comes,"), trace);
        assertEquals(11, count(trace, " waits"), trace);
        assertEquals(trace, trace(kills, now -> now.queued() <= 10), "the same seed gives the same trace");
    }

    @Test
    void aFaultStaysInTheTraceWhereNothingHappensWithoutIt() {
        var outage = new Scenario.Outage("cheap", Duration.ofSeconds(100), Duration.ofSeconds(10));
        var scenario = Scenarios.with(CALM, new Scenario.Faults(0, List.of(outage)));

        var trace = trace(
                scenario,
                now -> now.pools().getFirst().readyReplicas() > 0
                        || now.pools().getFirst().startingReplicas() > 0
                        || now.pools().getFirst().desired() == 0);

        assertTrue(trace.contains(" and 1 faults "), trace);
        assertTrue(count(trace, " comes,") < 5, trace);
        assertTrue(trace.contains("cheap/0 is Failed"), trace);
    }

    private static String trace(Scenario scenario, Predicate<Live> rule) {
        var watch = Watch.closely().also(now -> BrokenInvariant.need(rule.test(now), "X1: it is forbidden"));
        return assertThrows(AssertionError.class, () -> Shortest.run(scenario, 5, watch))
                .getMessage();
    }

    private static long count(String trace, String what) {
        return trace.lines().filter(line -> line.contains(what)).count();
    }
}
