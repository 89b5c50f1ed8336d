package dev.forebay.routing;

import dev.forebay.compute.Endpoint;
import java.time.Instant;

/** A replica as one deployment sees it; its fields are {@link RouterCore}'s, behind the lock of the deployment. */
final class Slots {
    final String replica;
    final String nodepool;
    final int rank;
    final Occupancy.Seats seats;
    Endpoint endpoint;
    boolean ready;
    // Of this deployment alone.
    int inFlight;
    Instant avoidUntil = Instant.MIN;
    long served;

    Slots(String replica, String nodepool, int rank, Occupancy.Seats seats, Endpoint endpoint) {
        this.replica = replica;
        this.nodepool = nodepool;
        this.rank = rank;
        this.seats = seats;
        this.endpoint = endpoint;
    }

    String replica() {
        return replica;
    }

    String nodepool() {
        return nodepool;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    boolean isFree() {
        return ready && seats.isFree();
    }
}
