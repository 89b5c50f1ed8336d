package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a slot of one deployment, bounded in number and bytes. Higher priorities go first; within
 * one, tenants take turns by the tokens that they are given ({@link Band}); a tenant's own go by arrival, tries again
 * first. No clock and no lock: its caller holds the deployment's.
 *
 * <p>Nothing is kept of a tenant or a priority once nobody of it waits: who has paid ahead for a large request and comes
 * back to an empty place begins anew.
 */
final class WaitingLine {
    /** Share of the slots in use up to which the lowest of several priorities may go. */
    private static final double CEILING_MIN = 0.6;

    /** @param bytesMax of the bodies that are kept meanwhile */
    record Limits(int requestsMax, long bytesMax) {
        Limits {
            if (requestsMax < 0 || bytesMax < 0) {
                throw new IllegalArgumentException(
                        "need requests_max and bytes_max of 0 or more, got " + requestsMax + " and " + bytesMax);
            }
        }
    }

    sealed interface Offer {
        record Taken() implements Offer {}

        /** The newcomer waits; these have left for it, youngest first, and must be refused. */
        record Displaced(List<Ticket> evicted) implements Offer {}

        /**
         * Nothing has changed.
         *
         * @param which bound was met: what fills the line, as {@code 5000 requests}
         */
        record Full(String which) implements Offer {}
    }

    private final Limits limits;
    private final TreeMap<Integer, Band> bands = new TreeMap<>(Comparator.reverseOrder());
    private final Deadlines deadlines = new Deadlines();
    private int size;
    private long bytes;

    WaitingLine(Limits limits) {
        this.limits = limits;
    }

    /** Where there is no room for it, the youngest of the lowest priorities below its own make some, if that suffices. */
    Offer offer(Ticket ticket) {
        if (ticket.standing != null) {
            throw new IllegalArgumentException("the ticket waits already");
        }
        var request = ticket.request;
        var requestsOver = size + 1 - limits.requestsMax;
        var bytesOver = bytes + request.bytes() - limits.bytesMax;
        if (requestsOver <= 0 && bytesOver <= 0) {
            add(ticket);
            return new Offer.Taken();
        }
        if (request.bytes() > limits.bytesMax) {
            return new Offer.Full(request.bytes() + " bytes, " + limits.bytesMax + " may wait");
        }
        var lower = bands.tailMap(request.priority(), false).descendingMap().values();
        if (requestsOver > lower.stream().mapToInt(Band::size).sum()
                || bytesOver > lower.stream().mapToLong(Band::bytes).sum()) {
            return new Offer.Full(size + " requests" + (requestsOver > 0 ? "" : " of " + bytes + " bytes"));
        }
        var evicted = new ArrayList<Ticket>();
        for (var band : lower) {
            for (var victim : band.arrivals.youngestFirst()) {
                // One without a body makes no room for bytes.
                if (requestsOver > 0 || (bytesOver > 0 && victim.request.bytes() > 0)) {
                    evicted.add(victim);
                    requestsOver--;
                    bytesOver -= victim.request.bytes();
                } else if (bytesOver <= 0) {
                    break;
                }
            }
        }
        evicted.forEach(this::remove);
        add(ticket);
        return new Offer.Displaced(evicted);
    }

    /**
     * Takes out the next for which {@code fits} holds; null if there is none. Once {@code fits} has held it is not asked
     * again, so that it may take the slot by itself.
     *
     * <p>Where {@code fits} refuses a request it must refuse every later arrival that is alike in {@code excluded} and
     * {@code nodepool}: those are not asked about. So it is asked once if all are alike and the first fits, in time that
     * grows with the logarithm of the tenants; if nothing fits, each kind of request of each tenant is looked at, but
     * {@code fits} is asked only about the first of a kind, and about others that came before it.
     *
     * @param utilisation of the open nodepools' slots, from 0 to 1: at its ceiling and above, a lower priority leaves
     *     what is free to higher ones, of which someone waits
     */
    @Nullable
    Ticket poll(double utilisation, Predicate<Ticket> fits) {
        var fitting = new Fitting(fits);
        var rank = 0;
        for (var band : bands.values()) {
            if (rank > 0 && utilisation >= ceiling(rank, bands.size())) {
                return null;
            }
            rank++;
            var next = band.next(fitting);
            if (next != null) {
                band.serve(next, leave(next));
                dropIfEmpty(band);
                return next;
            }
        }
        return null;
    }

    /** In constant time, but where it was its tenant's first, whose turn is then reckoned anew. */
    boolean remove(Ticket ticket) {
        var standing = ticket.standing;
        if (standing == null || bands.get(ticket.request.priority()) != standing.band()) {
            return false;
        }
        standing.band().remove(ticket, leave(ticket));
        dropIfEmpty(standing.band());
        return true;
    }

    /**
     * Takes out those that have waited so long, and those whose deadline is over. Where there are none it looks at the
     * oldest of each priority and at the first deadline.
     */
    List<Ticket> expire(Instant now, Duration patience) {
        var expired = new ArrayList<Ticket>();
        for (var band : bands.values()) {
            for (var oldest : band.arrivals.oldestFirst()) {
                if (Duration.between(oldest.arrived, now).compareTo(patience) < 0) {
                    break;
                }
                expired.add(oldest);
            }
        }
        expired.forEach(this::remove);
        for (Ticket late; (late = deadlines.over(now)) != null; ) {
            remove(late);
            expired.add(late);
        }
        return expired;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /** Null if nobody waits. */
    @Nullable
    Instant oldestArrival() {
        Instant oldest = null;
        for (var band : bands.values()) {
            var first = band.arrivals.oldest();
            if (first != null && (oldest == null || first.arrived.isBefore(oldest))) {
                oldest = first.arrived;
            }
        }
        return oldest;
    }

    /** Those of which someone waits, higher ones first. */
    Map<Integer, Integer> sizeByPriority() {
        var sizes = new LinkedHashMap<Integer, Integer>();
        bands.forEach((priority, band) -> sizes.put(priority, band.size()));
        return sizes;
    }

    /** How many would go before a newcomer of this priority, if its tenant had no turn before the others'. */
    int ahead(int priority) {
        var ahead = 0;
        for (var band : bands.headMap(priority, true).values()) {
            ahead += band.size();
        }
        return ahead;
    }

    private void add(Ticket ticket) {
        var band = bands.computeIfAbsent(ticket.request.priority(), Band::new);
        ticket.standing = band.add(ticket, deadlines.add(ticket));
        size++;
        bytes += ticket.request.bytes();
    }

    private Standing leave(Ticket ticket) {
        var standing = ticket.standing;
        if (standing == null) {
            throw new IllegalStateException("a ticket that does not wait");
        }
        ticket.standing = null;
        deadlines.remove(standing.due());
        size--;
        bytes -= ticket.request.bytes();
        return standing;
    }

    private void dropIfEmpty(Band band) {
        if (band.size() == 0) {
            bands.remove(band.priority);
        }
    }

    private static double ceiling(int rank, int bands) {
        return 1 - rank * (1 - CEILING_MIN) / (bands - 1);
    }
}
