package dev.forebay.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Failover;
import dev.forebay.routing.Capacity;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.Spillover;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** 10,000 replicas at a million requests a second, by the router of production; prints how fast that went. */
class ManyReplicasSlow {
    private static final int SECONDS = Integer.getInteger("simulation.seconds", 5);
    private static final int PER_SECOND = 1_000_000;

    private final long[] decided = new long[(SECONDS + 1) * PER_SECOND];
    private int decisions;

    @Test
    void theSecondNodepoolTakesWhatTheFirstCannot() {
        var service = new Scenario.Behaviour(Duration.ofSeconds(1), Duration.ofMillis(900));
        var scenario = new Scenario(
                new Deployment(
                        "m",
                        List.of(Deployment.Place.on("cheap"), Deployment.Place.on("dear")),
                        Optional.empty(),
                        new Spillover(
                                Spillover.Mode.OVERFLOW,
                                0,
                                0,
                                100,
                                Spillover.Amount.AUTO,
                                true,
                                Spillover.LimitCounts.DESIRED,
                                300),
                        new Deployment.Queue(PER_SECOND, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600)),
                        true),
                List.of(fixed("cheap", 8_000), fixed("dear", 2_000)),
                Map.of("cheap", service, "dear", service),
                List.of(Scenarios.phase(SECONDS, PER_SECOND)),
                Scenario.Clients.PATIENT,
                Scenario.Faults.NONE);
        var watch = Watch.loosely().timing(System::nanoTime, nanos -> decided[decisions++] = nanos);

        var begun = System.nanoTime();
        var outcome = Simulation.run(scenario, Workload.of(scenario, 1), 1, watch);
        var wall = (System.nanoTime() - begun) / 1e9;

        var times = Arrays.copyOf(decided, decisions);
        Arrays.sort(times);
        System.out.printf(
                "10,000 replicas, %,d requests in %d virtual seconds: %.1f s of wall time, %,.0f requests a second;"
                        + " a decision takes %d ns at the median, %d ns at p99; at most %,d queued%n",
                outcome.arrived(),
                SECONDS,
                wall,
                outcome.arrived() / wall,
                times[times.length / 2],
                times[(int) (times.length * 0.99)],
                outcome.queuedMax());
        assertEquals(Map.of(), outcome.refused());
        // 900,000 slots are needed, and the first nodepool has 800,000 of them.
        var last = outcome.samples().getLast().inFlight();
        assertEquals(800_000, last.getFirst(), 1000);
        assertTrue(last.getLast() > 90_000, last.toString());
    }

    private static Capacity fixed(String nodepool, int replicas) {
        return new Capacity(nodepool, 100, replicas, false, replicas, Failover.DEFAULT);
    }
}
