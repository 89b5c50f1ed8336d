package dev.forebay.simulation;

import static dev.forebay.simulation.BrokenInvariant.need;

import dev.forebay.routing.Autoscale;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** No thrash (I10): a nodepool that has just grown does not shrink before the down delay is over. */
final class Pace {
    private final long downNanos;
    private final Map<String, Long> grown = new HashMap<>();

    Pace(Optional<Autoscale> autoscale) {
        this.downNanos = autoscale.map(Autoscale::scaleDownDelaySeconds).orElse(0) * 1_000_000_000L;
    }

    void scaled(String nodepool, int before, int desired, long nanos) {
        if (desired > before) {
            grown.put(nodepool, nanos);
            return;
        }
        var since = grown.get(nodepool);
        need(
                since == null || nanos - since >= downNanos,
                "I10: " + nodepool + " shrinks from " + before + " to " + desired + " so soon after it grew");
    }
}
