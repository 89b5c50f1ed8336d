package dev.forebay.routing;

import java.time.Duration;
import java.util.List;

/**
 * A model that can be called and the nodepools that serve it.
 *
 * @param model the model's id
 * @param nodepools ids in order of precedence
 * @param queue bounds of the requests that wait for a slot
 */
public record Deployment(String model, List<String> nodepools, Queue queue) {
    public Deployment {
        nodepools = List.copyOf(nodepools);
        if (nodepools.isEmpty()) {
            throw new IllegalArgumentException("nodepools: need at least one");
        }
    }

    /**
     * @param requestsMax requests that may wait at once
     * @param timeout how long one waits while a replica is ready
     * @param coldTimeout how long one waits while none is
     */
    public record Queue(int requestsMax, Duration timeout, Duration coldTimeout) {}
}
