package dev.forebay.routing;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Tickets in the order of their arrival, as a ring of links about one that holds none. Whoever joins is put where its
 * arrival belongs, so that a clock that was set back, or a ticket that comes back, disturbs no order: in constant time at
 * either end, else by a walk from the youngest. A ticket leaves in constant time by its link.
 */
final class Arrivals {
    static final class Link {
        private final @Nullable Ticket ticket;
        private Link older = this;
        private Link younger = this;

        private Link(@Nullable Ticket ticket) {
            this.ticket = ticket;
        }
    }

    private final Link ends = new Link(null);

    Link add(Ticket ticket) {
        var link = new Link(ticket);
        var oldest = oldest();
        var before = oldest != null && ticket.arrived.isBefore(oldest.arrived) ? ends : ends.older;
        while (before.ticket != null && ticket.arrived.isBefore(before.ticket.arrived)) {
            before = before.older;
        }
        link.older = before;
        link.younger = before.younger;
        before.younger.older = link;
        before.younger = link;
        return link;
    }

    void remove(Link link) {
        link.older.younger = link.younger;
        link.younger.older = link.older;
        link.older = link;
        link.younger = link;
    }

    @Nullable
    Ticket oldest() {
        return ends.younger.ticket;
    }

    Iterable<Ticket> oldestFirst() {
        return () -> new Walk(true);
    }

    Iterable<Ticket> youngestFirst() {
        return () -> new Walk(false);
    }

    /** Nobody may join or leave during one. */
    private final class Walk implements Iterator<Ticket> {
        private final boolean up;
        private Link at = ends;

        Walk(boolean up) {
            this.up = up;
        }

        @Override
        public boolean hasNext() {
            return following().ticket != null;
        }

        @Override
        public Ticket next() {
            at = following();
            if (at.ticket == null) {
                throw new NoSuchElementException();
            }
            return at.ticket;
        }

        private Link following() {
            return up ? at.younger : at.older;
        }
    }
}
