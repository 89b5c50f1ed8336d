package dev.forebay.routing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A request that may have to wait; compared by identity. */
final class Ticket {
    final LeaseRequest request;
    final Waiter waiter;
    final Instant arrived;

    /** Where it stands while it waits; {@link WaitingLine}'s alone. */
    @Nullable
    Standing standing;

    Ticket(LeaseRequest request, Waiter waiter, Instant arrived) {
        this.request = request;
        this.waiter = waiter;
        this.arrived = arrived;
    }
}
