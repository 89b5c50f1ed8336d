package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Tickets for tests, each changed from an ordinary one where the test is about it. */
record Tickets(
        String tenant,
        int priority,
        int tokens,
        int bytes,
        Set<String> excluded,
        Optional<String> nodepool,
        Instant deadline) {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final Waiter NOBODY = new Waiter() {
        @Override
        public void granted(Lease lease) {}

        @Override
        public void refused(ModelFailure failure) {}
    };

    static Tickets of(String tenant) {
        return new Tickets(tenant, 0, 1, 0, Set.of(), Optional.empty(), Instant.MAX);
    }

    Tickets priority(int other) {
        return new Tickets(tenant, other, tokens, bytes, excluded, nodepool, deadline);
    }

    Tickets tokens(int other) {
        return new Tickets(tenant, priority, other, bytes, excluded, nodepool, deadline);
    }

    Tickets bytes(int other) {
        return new Tickets(tenant, priority, tokens, other, excluded, nodepool, deadline);
    }

    Tickets excluded(String... replicas) {
        return new Tickets(tenant, priority, tokens, bytes, Set.of(replicas), nodepool, deadline);
    }

    Tickets nodepool(String other) {
        return new Tickets(tenant, priority, tokens, bytes, excluded, Optional.of(other), deadline);
    }

    Tickets deadline(long seconds) {
        return new Tickets(tenant, priority, tokens, bytes, excluded, nodepool, START.plusSeconds(seconds));
    }

    Ticket at(long seconds) {
        return new Ticket(
                new LeaseRequest("m", excluded, deadline, tenant, priority, tokens, bytes, nodepool, Optional.empty()),
                NOBODY,
                START.plusSeconds(seconds));
    }
}
