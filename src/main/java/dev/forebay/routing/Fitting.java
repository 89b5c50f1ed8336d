package dev.forebay.routing;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Asks once for all that are of a kind: where one of them does not fit, no later one does. Good for one poll. */
final class Fitting {
    private final Predicate<Ticket> fits;
    private final Map<Tenant.Kind, Instant> refused = HashMap.newHashMap(1);

    Fitting(Predicate<Ticket> fits) {
        this.fits = fits;
    }

    boolean test(Tenant.Kind kind, Ticket ticket) {
        var since = refused.isEmpty() ? null : refused.get(kind);
        if (since != null && !ticket.arrived.isBefore(since)) {
            return false;
        }
        if (fits.test(ticket)) {
            return true;
        }
        refused.put(kind, ticket.arrived);
        return false;
    }
}
