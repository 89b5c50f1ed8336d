package dev.forebay.routing;

import java.time.Duration;
import java.util.List;

/** A deployment at this moment. */
public record Live(int queued, Duration oldest, List<Pool> pools) {
    public Live {
        pools = List.copyOf(pools);
    }

    public record Pool(String nodepool, int readyReplicas, int inFlight) {}
}
