package dev.forebay.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.routing.Spillover;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The figures of docs/decisions/0008-limit-counts.md: which replicas must have reached the maximum before the next opens. */
class LimitCountsSlow {
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 20);

    private static final Map<String, List<Scenario.Phase>> LOADS = new LinkedHashMap<>();

    static {
        // The first nodepool suffices: 40 of its 80 slots.
        LOADS.put("cold, 20/s", List.of(Scenarios.phase(300, 20)));
        // Its cold starts are measured by then, and the second's if it was opened.
        LOADS.put(
                "cold a second time",
                List.of(Scenarios.phase(300, 20), Scenarios.phase(2700, 0), Scenarios.phase(300, 20)));
        // It does not suffice: 120 slots are needed.
        LOADS.put("20/s, then 60/s", List.of(Scenarios.phase(900, 20), Scenarios.phase(300, 60)));
        // The same, but some replicas of the first must start before it has its most.
        LOADS.put("5/s, then 60/s", List.of(Scenarios.phase(900, 5), Scenarios.phase(300, 60)));
        LOADS.keySet().removeIf(name -> !name.contains(System.getProperty("simulation.load", "")));
    }

    @Test
    void printsWhatEachRuleCosts() {
        System.out.println(
                "| load | limit_counts | eta_gate | runs that open | opened at, s | dear replicas | p99 wait, s"
                        + " | longest wait, s |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        LOADS.forEach((name, load) -> {
            for (var counts : Spillover.LimitCounts.values()) {
                for (var gate : List.of(true, false)) {
                    row(name, load, counts, gate);
                }
            }
        });
    }

    private static void row(String name, List<Scenario.Phase> load, Spillover.LimitCounts counts, boolean gate) {
        var last = load.subList(0, load.size() - 1).stream()
                .mapToLong(phase -> phase.length().toSeconds())
                .sum();
        var scenario = Scenarios.of(Scenarios.rule(gate, counts), load.toArray(Scenario.Phase[]::new));
        var opened = new ArrayList<Double>();
        double dear = 0;
        double p99 = 0;
        double longest = 0;
        for (var seed = 0; seed < SEEDS; seed++) {
            var outcome = Simulation.run(scenario, seed);
            assertEquals(0, outcome.lost());
            // What the last phase does, for which the others only prepare.
            outcome.decisions().stream()
                    .filter(decision -> decision.contains(" s: dear opened"))
                    .map(decision -> Double.parseDouble(decision.substring(0, decision.indexOf(' '))) - last)
                    .filter(at -> at >= 0)
                    .findFirst()
                    .ifPresent(opened::add);
            dear += outcome.pools().get(1).started();
            p99 += outcome.waits().get(1).toMillis() / 1000.0;
            longest += outcome.waits().get(2).toMillis() / 1000.0;
        }
        System.out.printf(
                "| %s | %s | %s | %d of %d | %.0f | %.1f | %.1f | %.1f |%n",
                name,
                counts.name().toLowerCase(Locale.ROOT),
                gate ? "on" : "off",
                opened.size(),
                SEEDS,
                opened.stream().mapToDouble(Double::doubleValue).average().orElse(0),
                dear / SEEDS,
                p99 / SEEDS,
                longest / SEEDS);
    }
}
