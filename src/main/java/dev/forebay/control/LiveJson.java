package dev.forebay.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.compute.Nodepool;
import dev.forebay.routing.Decision;
import dev.forebay.routing.Live;
import dev.forebay.routing.LiveNodepool;
import dev.forebay.routing.LiveNodepool.Admission;
import dev.forebay.routing.LiveReplica;
import dev.forebay.routing.Overridden;
import java.util.Locale;

/**
 * What routing is doing, as JSON. Times are in ISO 8601, spans in milliseconds, shares from 0 to 1. What is not known or
 * has no limit is left out.
 */
final class LiveJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private LiveJson() {}

    static ObjectNode deployment(String id, Live live) {
        var json = JSON.objectNode()
                .put("id", id)
                .put("enabled", live.enabled())
                .put("queued", live.queued())
                .put("queued_bytes", live.queuedBytes())
                .put("oldest_age_ms", live.oldest().toMillis())
                .put("requests_per_second", rounded(live.rate()));
        var nodepools = json.putArray("nodepools");
        live.pools().forEach(pool -> nodepools.add(place(pool)));
        var decisions = json.putArray("decisions");
        live.decisions().forEach(decision -> decisions.add(decision(decision)));
        return json;
    }

    static ObjectNode place(Live.Pool pool) {
        var json = JSON.objectNode()
                .put("nodepool", pool.nodepool())
                .put("state", pool.state().name().toLowerCase(Locale.ROOT))
                .put("open", pool.open())
                .put("desired_replicas", pool.desired())
                .put("ready_replicas", pool.readyReplicas())
                .put("starting_replicas", pool.startingReplicas())
                .put("max_replicas", pool.maxReplicas())
                .put("in_flight", pool.inFlight())
                .put("share", rounded(pool.share()));
        pool.fixedReplicas().ifPresent(fixed -> json.put("fixed_replicas", fixed));
        pool.decision().ifPresent(decision -> json.set("last_decision", decision(decision)));
        return json;
    }

    static ObjectNode decision(Decision decision) {
        var json = JSON.objectNode()
                .put("at", decision.at().toString())
                .put("nodepool", decision.nodepool())
                .put("what", decision.what())
                .put("why", decision.why());
        decision.until().ifPresent(until -> json.put("until", until.toString()));
        return json;
    }

    static ObjectNode nodepool(LiveNodepool live, Nodepool configured) {
        var json = JSON.objectNode()
                .put("id", live.id())
                .put("provider", provider(configured))
                .put("cordoned", live.admission() != Admission.OPEN)
                .put("draining", live.admission() == Admission.DRAINING)
                .put("desired_replicas", live.desired())
                .put("at_limit", live.atLimit());
        var replicas = json.putObject("replicas");
        live.replicasByState().forEach(replicas::put);
        configured.maxInstances().ifPresent(max -> json.put("max_instances", max));
        json.put("slots", configured.slots());
        if (live.capacity() != Integer.MAX_VALUE) {
            json.put("capacity", live.capacity());
        }
        json.put("in_flight", live.inFlight());
        var coldStart = json.putObject("cold_start").put("measured", live.coldStarts());
        live.coldStart().ifPresent(median -> coldStart.put("median_ms", median.toMillis()));
        var deployments = json.putArray("deployments");
        live.deployments().forEach(deployments::add);
        return json;
    }

    static ObjectNode replica(LiveReplica replica) {
        var json = JSON.objectNode()
                .put("id", replica.id())
                .put("nodepool", replica.nodepool())
                .put("state", replica.state())
                .put("since", replica.since().toString())
                .put("in_flight", replica.inFlight())
                .put("limit", replica.limit());
        replica.endpoint().ifPresent(endpoint -> json.put("endpoint", endpoint.toString()));
        replica.reason().ifPresent(reason -> json.put("reason", reason));
        return json;
    }

    static ObjectNode override(Overridden override) {
        var json = JSON.objectNode()
                .put("subject", override.subject().word())
                .put("id", override.id())
                .put("setting", override.setting());
        switch (override.value()) {
            case "true", "false" -> json.put("value", Boolean.parseBoolean(override.value()));
            default -> json.put("value", Integer.parseInt(override.value()));
        }
        return json.put("at", override.at().toString()).put("by", override.by());
    }

    private static String provider(Nodepool configured) {
        if (configured.kubernetes().isPresent()) {
            return "kubernetes";
        }
        return configured.isScalable() ? "process" : "static";
    }

    /** Else a rate that fades away would never be done changing. */
    private static double rounded(double number) {
        return Math.round(number * 1000) / 1000.0;
    }
}
