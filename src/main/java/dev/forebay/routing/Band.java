package dev.forebay.routing;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one priority that wait. Tenants take turns by deficit round robin (Shreedhar and Varghese, 1995): a
 * round gives each a quantum of tokens, what is left over is kept for the next, and a request goes once its tenant can
 * pay for it. Rounds are not played but reckoned: each tenant stands at the round in which it goes next, so that a
 * request of many quanta costs no empty rounds. Between two tenants that always have someone waiting, the tokens given to
 * them since then differ by a quantum and the largest request at most.
 *
 * <p>A tenant that comes, or comes back, is the first of the next round: it waits for one round at most, and nobody is
 * served twice in a round by leaving in between.
 */
final class Band {
    static final int QUANTUM_TOKENS = 512;

    final int priority;
    final Arrivals arrivals = new Arrivals();
    private final Map<String, Tenant> tenants = new HashMap<>();
    private final TreeSet<Tenant> turns = new TreeSet<>(Comparator.comparingLong(Tenant::turn)
            .thenComparing(Tenant::wasServed)
            .thenComparingLong(tenant -> tenant.number));
    private long round;
    private long tenantsSeen;
    private int size;
    private long bytes;

    Band(int priority) {
        this.priority = priority;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    int tenants() {
        return tenants.size();
    }

    Standing add(Ticket ticket, Deadlines.Due due) {
        var tenant =
                tenants.computeIfAbsent(ticket.request.tenant(), name -> new Tenant(name, tenantsSeen++, round + 1));
        var row = tenant.rowOf(ticket);
        var standing = new Standing(this, tenant, row, arrivals.add(ticket), row.tickets.add(ticket), due);
        size++;
        bytes += ticket.request.bytes();
        if (tenant.added(ticket)) {
            turns.remove(tenant);
            tenant.updateTurn();
            turns.add(tenant);
        }
        return standing;
    }

    void remove(Ticket ticket, Standing standing) {
        take(ticket, standing);
        var tenant = standing.tenant();
        if (tenant.removed(ticket, standing.row())) {
            turns.remove(tenant);
            tenant.updateTurn();
            keep(tenant);
        }
    }

    /** The first that fits, in the order of turns; it stays until it is {@link #serve}d. */
    @Nullable
    Ticket next(Fitting fitting) {
        for (var tenant : turns) {
            var next = tenant.next(fitting);
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    /** It leaves, and its tenant pays. */
    void serve(Ticket ticket, Standing standing) {
        take(ticket, standing);
        var tenant = standing.tenant();
        turns.remove(tenant);
        round = Math.max(round, tenant.turnOf(ticket));
        tenant.removed(ticket, standing.row());
        tenant.spend(ticket.request.tokens());
        tenant.updateTurn();
        // Nobody saves up while nothing fits it: it would shut out the others for as long afterwards.
        tenant.forfeitBefore(round);
        keep(tenant);
    }

    private void take(Ticket ticket, Standing standing) {
        arrivals.remove(standing.inBand());
        standing.row().tickets.remove(standing.inRow());
        size--;
        bytes -= ticket.request.bytes();
    }

    private void keep(Tenant tenant) {
        if (tenant.isEmpty()) {
            tenants.remove(tenant.name);
        } else {
            turns.add(tenant);
        }
    }
}
