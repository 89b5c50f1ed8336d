package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** To which of a deployment's nodepools a request goes. Guarded by the deployment's lock. */
final class Placing {
    private static final int NONE = -1;

    private final Deployment deployment;
    private final Places places;
    private final SpillOver spill;

    Placing(Deployment deployment, Places places, SpillOver spill) {
        this.deployment = deployment;
        this.places = places;
        this.spill = spill;
    }

    /** A slot at the first open nodepool that has one; null if none has. */
    RouterCore.Action.@Nullable Grant place(Ticket ticket, Instant now) {
        var taking = new Taking(ticket, now);
        if (isFirstTryAnywhere(ticket) && takeHeld(ticket, taking, now)) {
            places.placed().add(taking.rank, PlacedBy.SESSION);
            return taking.grant;
        }
        var ofShare = isFirstTryAnywhere(ticket) && spill.isOfFixedShare();
        var rank = find(ticket, ofShare, taking, now);
        if (rank != NONE) {
            places.placed().add(rank, why(ticket, ofShare, rank));
        }
        return taking.grant;
    }

    private PlacedBy why(Ticket ticket, boolean ofShare, int rank) {
        if (ticket.request.nodepool().isPresent()) {
            return PlacedBy.CHOSEN;
        }
        if (!ticket.request.excluded().isEmpty()) {
            return PlacedBy.RETRY;
        }
        if (ofShare && rank == spill.openCount() - 1) {
            return PlacedBy.SHARE;
        }
        return rank == 0 ? PlacedBy.FIRST : PlacedBy.SPILL;
    }

    /** At the nodepool that the request's key was at a moment ago, if that is still open and not the first. */
    private boolean takeHeld(Ticket ticket, Taking taking, Instant now) {
        var held = places.heldRank(ticket, now);
        if (held.isEmpty()
                || !spill.isOpen(held.getAsInt())
                || places.fleet(held.getAsInt()).breakerOpen()
                || !taking.test(held.getAsInt())) {
            return false;
        }
        Objects.requireNonNull(taking.grant).seat().held = true;
        return true;
    }

    /** The rank of the nodepool that the request would go to now; below zero if none has a slot. Takes nothing. */
    int next(Ticket ticket, Instant now) {
        var ofShare = isFirstTryAnywhere(ticket) && spill.isNextOfFixedShare();
        return find(ticket, ofShare, rank -> places.fleet(rank).freeSlots() > 0, now);
    }

    private int find(Ticket ticket, boolean ofShare, IntPredicate takes, Instant now) {
        var wanted = ticket.request.nodepool();
        if (wanted.isPresent()) {
            var rank = places.rank(wanted.get());
            return takes.test(rank) ? rank : NONE;
        }
        // Another try may go to any nodepool: what failed is not cured by waiting for the first.
        var open = ticket.request.excluded().isEmpty() ? spill.openCount() : places.count();
        if (ofShare && takes.test(open - 1)) {
            return open - 1;
        }
        // A nodepool all of whose replicas fail comes after those that serve.
        var rank = findInOrder(ticket, open, false, takes, now);
        return rank == NONE ? findInOrder(ticket, open, true, takes, now) : rank;
    }

    private int findInOrder(Ticket ticket, int open, boolean failing, IntPredicate takes, Instant now) {
        for (var rank = 0; rank < open; rank++) {
            if (rank > 0 && isToWaitForTheFirst(ticket, now)) {
                return NONE;
            }
            if (places.fleet(rank).breakerOpen() == failing && takes.test(rank)) {
                return rank;
            }
        }
        return NONE;
    }

    private static boolean isFirstTryAnywhere(Ticket ticket) {
        return ticket.request.nodepool().isEmpty() && ticket.request.excluded().isEmpty();
    }

    private boolean isToWaitForTheFirst(Ticket ticket, Instant now) {
        return deployment.spillover().mode() == Spillover.Mode.HOLD
                && ticket.request.excluded().isEmpty()
                && places.fleet(0).whyDown() == null
                && now.isBefore(ticket.arrived.plusMillis(deployment.spillover().holdMs()));
    }

    /** Takes a slot of the first nodepool that it is asked about and that has one. */
    private final class Taking implements IntPredicate {
        private final Ticket ticket;
        private final Instant now;
        private RouterCore.Action.@Nullable Grant grant;
        private int rank = NONE;

        Taking(Ticket ticket, Instant now) {
            this.ticket = ticket;
            this.now = now;
        }

        @Override
        public boolean test(int asked) {
            var seat = places.take(asked, ticket, now);
            if (seat == null) {
                return false;
            }
            rank = asked;
            spill.used(rank, now);
            grant = new RouterCore.Action.Grant(ticket, seat, Duration.between(ticket.arrived, now));
            return true;
        }
    }
}
