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
                Scenario.Clients.PATIENT,
                Scenario.Faults.NONE);
    }

    static Scenario with(Scenario scenario, Scenario.Clients clients) {
        return new Scenario(
                scenario.deployment(),
                scenario.capacities(),
                scenario.nodepools(),
                scenario.load(),
                clients,
                scenario.faults());
    }

    static Scenario with(Scenario scenario, Scenario.Faults faults) {
        return new Scenario(
                scenario.deployment(),
                scenario.capacities(),
                scenario.nodepools(),
                scenario.load(),
                scenario.clients(),
                faults);
    }

    static Scenario with(Scenario scenario, Deployment deployment) {
        return new Scenario(
                deployment,
                scenario.capacities(),
                scenario.nodepools(),
                scenario.load(),
                scenario.clients(),
                scenario.faults());
    }

    /** The same for each replica of either nodepool. */
    static Scenario starting(Scenario scenario, Duration cold) {
        var behaviour = new Scenario.Behaviour(cold, SERVICE);
        return new Scenario(
                scenario.deployment(),
                scenario.capacities(),
                Map.of("cheap", behaviour, "dear", behaviour),
                scenario.load(),
                scenario.clients(),
                scenario.faults());
    }

    /** Keys and priorities of several kinds, of whom nobody goes away. */
    static Scenario.Clients orderly() {
        return new Scenario.Clients(0, Duration.ofHours(1), 3, 2, 400);
    }

    /** The same, with some who go away and some in a hurry. */
    static Scenario.Clients mixed() {
        return new Scenario.Clients(0.1, Duration.ofSeconds(90), 3, 2, 400);
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
