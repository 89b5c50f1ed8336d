package dev.forebay.routing;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Tickets by their deadline. One that leaves early only empties its entry, which is swept out when it comes up or once the
 * empty ones outnumber the others: leaving takes constant time on average, no ticket is held on to, and there are never
 * more than twice as many entries as tickets and {@value #EMPTY_MIN}.
 */
final class Deadlines {
    private static final int EMPTY_MIN = 64;

    static final class Due {
        private final Instant at;
        private @Nullable Ticket ticket;

        private Due(Instant at, Ticket ticket) {
            this.at = at;
            this.ticket = ticket;
        }
    }

    private final PriorityQueue<Due> heap = new PriorityQueue<>(Comparator.comparing((Due due) -> due.at));
    private int empty;

    Due add(Ticket ticket) {
        var due = new Due(ticket.request.deadline(), ticket);
        heap.add(due);
        return due;
    }

    void remove(Due due) {
        due.ticket = null;
        empty++;
        if (empty > EMPTY_MIN && empty > heap.size() / 2) {
            heap.removeIf(each -> each.ticket == null);
            empty = 0;
        }
    }

    /** The one whose deadline comes first if that is over; it stays until it is removed. */
    @Nullable
    Ticket over(Instant now) {
        for (Due first; (first = heap.peek()) != null; ) {
            if (first.ticket != null) {
                return now.isBefore(first.at) ? null : first.ticket;
            }
            heap.poll();
            empty--;
        }
        return null;
    }

    int entries() {
        return heap.size();
    }
}
