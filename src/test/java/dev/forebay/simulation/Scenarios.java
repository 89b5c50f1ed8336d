package dev.forebay.simulation;

import dev.forebay.compute.Failover;
import dev.forebay.routing.Autoscale;
import dev.forebay.routing.Capacity;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.Spillover;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The case that the rule is argued about: a cheap nodepool of ten replicas of eight slots, and a dear one behind it. */
final class Scenarios {
    static final Duration SERVICE = Duration.ofSeconds(2);

    private Scenarios() {}

    static Scenario of(Spillover spillover, Scenario.Phase... load) {
        return new Scenario(
                deployment(spillover, 10),
                List.of(capacity("cheap"), capacity("dear")),
                Map.of(
                        "cheap", new Scenario.Behaviour(Duration.ofSeconds(30), SERVICE),
                        "dear", new Scenario.Behaviour(Duration.ofSeconds(60), SERVICE)),
                List.of(load),
                0,
                0);
    }

    static Deployment deployment(Spillover spillover, int max) {
        return new Deployment(
                "m",
                List.of(
                        new Deployment.Place("cheap", OptionalInt.of(max)),
                        new Deployment.Place("dear", OptionalInt.of(max))),
                Optional.of(new Autoscale(0, max, 300, 300, 1800, 30, false, 0)),
                spillover,
                new Deployment.Queue(100_000, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600)),
                true);
    }

    static Capacity capacity(String nodepool) {
        return new Capacity(nodepool, 8, 1, true, 1000, Failover.DEFAULT);
    }

    static Spillover rule(boolean etaGate, Spillover.LimitCounts counts) {
        return new Spillover(Spillover.Mode.OVERFLOW, 0.2, 0, 1000, Spillover.Amount.AUTO, etaGate, counts, 300);
    }

    static Scenario.Phase phase(int seconds, double rate) {
        return new Scenario.Phase(Duration.ofSeconds(seconds), rate);
    }
}
