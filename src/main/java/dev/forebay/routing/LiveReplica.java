package dev.forebay.routing;

import dev.forebay.compute.Endpoint;
import java.time.Instant;
import java.util.Optional;

/**
 * A replica at this moment.
 *
 * @param state starting, ready, ejected, draining, failed, down, no_capacity or stopped
 * @param limit requests in flight above which it gets no more; 0 is no limit
 * @param endpoint present once it has been ready
 * @param since when it came into this state
 * @param reason why it takes no requests, or fewer than it might
 */
public record LiveReplica(
        String id,
        String nodepool,
        String state,
        int inFlight,
        int limit,
        Optional<Endpoint> endpoint,
        Instant since,
        Optional<String> reason) {}
