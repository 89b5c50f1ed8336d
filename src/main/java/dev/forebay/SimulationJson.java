package dev.forebay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.simulation.Outcome;
import dev.forebay.simulation.Scenario;

/** The answers of a simulation for programs; times are in seconds, shares from 0 to 1. */
final class SimulationJson {
    private SimulationJson() {}

    static String of(Scenario scenario, long seed, Outcome outcome) {
        var root = JsonNodeFactory.instance.objectNode();
        root.put("model", scenario.deployment().model());
        root.put("seed", seed);
        root.put("seconds", scenario.length().toMillis() / 1000.0);
        root.put("arrived", outcome.arrived());
        root.put("served", outcome.served());
        var refused = root.putObject("refused");
        outcome.refused().forEach(refused::put);
        root.put("in_flight", outcome.inFlight());
        root.put("queued", outcome.queued());
        root.put("queued_max", outcome.queuedMax());
        var waits = root.putObject("queue_seconds");
        waits.put("p50", outcome.waits().get(0).toNanos() / 1e9);
        waits.put("p99", outcome.waits().get(1).toNanos() / 1e9);
        waits.put("max", outcome.waits().get(2).toNanos() / 1e9);
        var pools = root.putArray("nodepools");
        var seconds = Math.max(1, outcome.samples().size());
        outcome.pools().forEach(pool -> nodepool(pools.addObject(), pool, seconds));
        var decisions = root.putArray("decisions");
        outcome.decisions().forEach(decisions::add);
        return root.toPrettyString();
    }

    private static void nodepool(ObjectNode row, Outcome.Pool pool, int seconds) {
        row.put("nodepool", pool.nodepool());
        row.put("replicas_max", pool.replicasMax());
        row.put("replicas_mean", pool.replicaSeconds() / seconds);
        row.put("share", pool.share());
        row.put("utilisation", pool.utilisation());
        row.put("cold_starts", pool.started());
        row.put("opened", pool.opened());
        row.put("open_seconds", pool.openSeconds());
    }
}
