package dev.forebay.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.routing.Decision;
import dev.forebay.routing.Live;
import dev.forebay.routing.LiveReplica;
import java.util.Locale;

/** What routing is doing, as JSON. Times are in ISO 8601, spans in milliseconds, shares from 0 to 1. */
final class LiveJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private LiveJson() {}

    static ObjectNode deployment(String id, Live live) {
        var json = JSON.objectNode()
                .put("id", id)
                .put("queued", live.queued())
                .put("queued_bytes", live.queuedBytes())
                .put("oldest_age_ms", live.oldest().toMillis())
                .put("requests_per_second", live.rate());
        var nodepools = json.putArray("nodepools");
        live.pools().forEach(pool -> nodepools.add(place(pool)));
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

    private static ObjectNode place(Live.Pool pool) {
        var json = JSON.objectNode()
                .put("nodepool", pool.nodepool())
                .put("state", pool.state().name().toLowerCase(Locale.ROOT))
                .put("open", pool.open())
                .put("desired_replicas", pool.desired())
                .put("ready_replicas", pool.readyReplicas())
                .put("starting_replicas", pool.startingReplicas())
                .put("max_replicas", pool.maxReplicas())
                .put("in_flight", pool.inFlight())
                .put("share", pool.share());
        pool.decision().ifPresent(decision -> json.set("last_decision", decision(decision)));
        return json;
    }

    private static ObjectNode decision(Decision decision) {
        var json = JSON.objectNode()
                .put("at", decision.at().toString())
                .put("what", decision.what())
                .put("why", decision.why());
        decision.until().ifPresent(until -> json.put("until", until.toString()));
        return json;
    }
}
