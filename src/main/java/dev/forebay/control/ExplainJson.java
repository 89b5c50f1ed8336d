package dev.forebay.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.routing.Explanation;

/** Where a deployment's next request would go, as JSON; the thresholds go by the names of their keys. */
final class ExplainJson {
    private ExplainJson() {}

    /** @param model as it was asked for */
    static ObjectNode of(String model, String deployment, Explanation explained) {
        var json = JsonNodeFactory.instance
                .objectNode()
                .put("model", model)
                .put("deployment", deployment)
                .put("enabled", explained.live().enabled())
                .put("outcome", explained.outcome());
        explained.next().ifPresent(next -> json.put("next", next));
        json.put("queued", explained.live().queued())
                .put("oldest_age_ms", explained.live().oldest().toMillis());
        var nodepools = json.putArray("nodepools");
        explained.steps().forEach(step -> nodepools.add(step(step)));
        return json;
    }

    private static ObjectNode step(Explanation.Step step) {
        var json = LiveJson.place(step.pool());
        json.put("why", step.why());
        slots(json, "free_slots", step.freeSlots());
        slots(json, "capacity", step.capacity());
        json.put("at_limit", step.atLimit());
        json.putObject("load")
                .put("fully_loaded", step.fullyLoaded())
                .put("why", step.whyFullyLoaded())
                .put("queue_age_threshold_ms", step.thresholds().queueAge().toMillis())
                .put("queue_amount_threshold", step.thresholds().queueAmount());
        var gate = json.putObject("eta_gate").put("on", step.gate().on());
        step.gate().coldStart().ifPresent(takes -> gate.put("cold_start_ms", takes.toMillis()));
        step.gate().heldUntil().ifPresent(until -> gate.put("held_until", until.toString()));
        return json;
    }

    private static void slots(ObjectNode json, String name, int count) {
        if (count != Integer.MAX_VALUE) {
            json.put(name, count);
        }
    }
}
