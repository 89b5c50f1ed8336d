package dev.forebay.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.routing.Autoscale;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.Spillover;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** T4 of docs/reference/routing.md: a model that takes twenty minutes to start, in virtual time. */
class LongColdStartTest {
    private static final Duration COLD = Duration.ofMinutes(20);

    @Test
    void requestsWaitForAStartOfTwentyMinutesAndNoIdleTimerCutsItShort() {
        // All timers of idleness are shorter than the start by far.
        var scaling = Optional.of(new Autoscale(0, 1, 10, 5, 5, 5, false, 0));
        var patient = new Deployment.Queue(10_000, 1 << 20, Duration.ofSeconds(60), COLD.multipliedBy(2));
        var scenario = new Scenario(
                new Deployment("m", List.of(Deployment.Place.on("cheap")), scaling, Spillover.DEFAULT, patient, true),
                List.of(Scenarios.capacity("cheap")),
                Map.of("cheap", new Scenario.Behaviour(COLD, Duration.ofMillis(200))),
                // All come in the first minute; then nothing but waiting.
                List.of(Scenarios.phase(60, 2), Scenarios.phase(3000, 0)),
                Scenario.Clients.PATIENT,
                Scenario.Faults.NONE);

        for (var seed = 0; seed < 10; seed++) {
            var outcome = Shortest.run(scenario, seed);

            assertEquals(outcome.arrived(), outcome.served(), "seed " + seed + ": " + outcome.refused());
            assertTrue(outcome.waits().getFirst().compareTo(COLD.dividedBy(4)) > 0, "seed " + seed);
            assertEquals(1, outcome.pools().getFirst().started(), "it was given up and started anew, seed " + seed);
        }
    }
}
