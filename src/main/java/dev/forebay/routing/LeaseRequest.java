package dev.forebay.routing;

import java.time.Instant;
import java.util.Set;

/**
 * @param model the id of a deployment
 * @param excluded replicas that have been tried already
 * @param deadline after which an answer is of no use
 */
public record LeaseRequest(String model, Set<String> excluded, Instant deadline) {
    public LeaseRequest {
        excluded = Set.copyOf(excluded);
    }
}
