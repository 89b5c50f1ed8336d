package dev.forebay.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one tenant that wait in one {@link Band}: tries again first, else by arrival. Those that may go to the
 * same replicas stand in one row, so that only the first of each row need be asked about; what
 * concerns all rows takes time by their number, which is one unless some requests chose a nodepool or are tries again.
 */
final class Tenant {
    /** Requests of a kind may go to the same replicas. */
    record Kind(Set<String> excluded, Optional<String> nodepool) {
        static Kind of(Ticket ticket) {
            return new Kind(ticket.request.excluded(), ticket.request.nodepool());
        }
    }

    static final class Row {
        final Kind kind;
        final Arrivals tickets = new Arrivals();

        Row(Kind kind) {
            this.kind = kind;
        }

        Ticket first() {
            var first = tickets.oldest();
            if (first == null) {
                throw new IllegalStateException("a row that nobody stands in");
            }
            return first;
        }
    }

    private static final Comparator<Ticket> ORDER = Comparator.comparing(
                    (Ticket ticket) -> ticket.request.excluded().isEmpty())
            .thenComparing(ticket -> ticket.arrived);

    final String name;
    /** The order in which tenants came, and that in which they go in a round. */
    final long number;

    private final Map<Kind, Row> rows = HashMap.newHashMap(2);
    private @Nullable Ticket head;
    private long joined;
    private long spent;
    private long turn;

    /** @param joined the round in which its first quantum is due */
    Tenant(String name, long number, long joined) {
        this.name = name;
        this.number = number;
        this.joined = joined;
    }

    Row rowOf(Ticket ticket) {
        return rows.computeIfAbsent(Kind.of(ticket), Row::new);
    }

    /** @return whether it is now the first of all */
    boolean added(Ticket ticket) {
        if (head != null && ORDER.compare(ticket, head) >= 0) {
            return false;
        }
        head = ticket;
        return true;
    }

    /** @return whether it was the first of all */
    boolean removed(Ticket ticket, Row row) {
        if (row.tickets.oldest() == null) {
            rows.remove(row.kind);
        }
        if (head != ticket) {
            return false;
        }
        head = null;
        for (var each : rows.values()) {
            added(each.first());
        }
        return true;
    }

    boolean isEmpty() {
        return head == null;
    }

    /** The first that fits; null if none does. */
    @Nullable
    Ticket next(Fitting fitting) {
        if (head != null && fitting.test(Kind.of(head), head)) {
            return head;
        }
        if (rows.size() < 2) {
            return null;
        }
        var inOrder = new ArrayList<>(rows.values());
        inOrder.sort(Comparator.comparing(Row::first, ORDER));
        for (var row : inOrder) {
            if (fitting.test(row.kind, row.first())) {
                return row.first();
            }
        }
        return null;
    }

    /** The round in which it goes next, as of the last {@link #updateTurn}. */
    long turn() {
        return turn;
    }

    void updateTurn() {
        if (head != null) {
            turn = turnOf(head);
        }
    }

    /** By round r it has been given (r - joined + 1) quanta; a request goes in the round in which they suffice. */
    long turnOf(Ticket ticket) {
        return joined - 1 + Math.ceilDiv(spent + ticket.request.tokens(), Band.QUANTUM_TOKENS);
    }

    boolean wasServed() {
        return spent > 0;
    }

    void spend(int tokens) {
        spent += tokens;
    }

    /** Gives up what it could have spent in rounds before this one, but what its first request still needs. */
    void forfeitBefore(long round) {
        if (turn < round) {
            joined += round - turn;
            turn = round;
        }
    }
}
