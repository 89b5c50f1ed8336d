package dev.forebay.routing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A deployment's nodepools in order of precedence, with what it alone has there: requests in flight, and requests that
 * wait for one of them by name. Guarded by the deployment's lock.
 */
final class Places {
    private final Deployment deployment;
    private final Interventions interventions;
    private final List<Place> places;
    private final List<String> ids;
    private final int[] inFlight;
    private final PlacedCounts placed;
    private final int[] chosen;
    private final AffinityHold hold = new AffinityHold();
    private int again;

    Places(Deployment deployment, List<Place> places, Interventions interventions) {
        this.deployment = deployment;
        this.interventions = interventions;
        this.places = List.copyOf(places);
        this.ids = deployment.nodepoolIds();
        this.inFlight = new int[places.size()];
        this.placed = new PlacedCounts(places.size());
        this.chosen = new int[places.size()];
    }

    int count() {
        return places.size();
    }

    List<String> nodepools() {
        return ids;
    }

    String nodepool(int rank) {
        return places.get(rank).nodepool();
    }

    Fleet fleet(int rank) {
        return places.get(rank).fleet();
    }

    /** By the configuration, where nothing is scaled. */
    int fixedReplicas(int rank) {
        return places.get(rank).capacity().replicas();
    }

    /** Below zero if it is none of the deployment's. */
    int rank(String nodepool) {
        return ids.indexOf(nodepool);
    }

    @Nullable
    Seat take(int rank, Ticket ticket, Instant now) {
        var seat = fleet(rank).take(ticket.request.excluded(), ticket.request.affinity(), now);
        if (seat != null) {
            if (ticket.request.nodepool().isEmpty()) {
                seat.affinity = ticket.request.affinity();
            }
            inFlight[rank]++;
        }
        return seat;
    }

    PlacedCounts placed() {
        return placed;
    }

    /** Where the request's key was a moment ago, if that was after the first nodepool; empty without. */
    OptionalInt heldRank(Ticket ticket, Instant now) {
        return hold.rank(ticket.request.affinity(), now);
    }

    /** @return the rank of its nodepool, below zero if that is none of the deployment's any more */
    int giveBack(Seat seat, Lease.Ended ended, Instant now) {
        var rank = rank(seat.nodepool());
        if (rank >= 0) {
            inFlight[rank]--;
        }
        seat.fleet.release(seat, ended, now);
        if (rank >= 0 && !seat.held) {
            hold.ended(seat.affinity, rank, now);
        }
        return rank;
    }

    /** What the deployment holds in these nodepools by its configuration of before. */
    void inherit(Places before) {
        for (var rank = 0; rank < places.size(); rank++) {
            var was = before.rank(nodepool(rank));
            if (was >= 0) {
                inFlight[rank] = before.inFlight[was];
                placed.inherit(rank, before.placed, was);
            }
        }
    }

    /** For each rank here the one there, below zero where that has no such nodepool. */
    int[] ranksIn(Places other) {
        return ids.stream().mapToInt(other::rank).toArray();
    }

    void waits(Ticket ticket) {
        count(ticket, 1);
    }

    /** It waits no longer. */
    void left(Ticket ticket) {
        count(ticket, -1);
    }

    int inFlight(int rank) {
        return inFlight[rank];
    }

    int inFlight() {
        var all = 0;
        for (var count : inFlight) {
            all += count;
        }
        return all;
    }

    int desired(int rank) {
        return places.get(rank).target().desired();
    }

    /** Replicas that this deployment may have there. */
    int max(int rank) {
        var capacity = places.get(rank).capacity();
        return capacity.scalable() ? deployment.maxReplicas(rank).orElse(capacity.replicas()) : capacity.replicas();
    }

    /** Replicas that are kept there for this deployment whatever its load; the first nodepool's alone is not 0. */
    int min(int rank) {
        return rank > 0 || deployment.autoscale().isEmpty()
                ? 0
                : Math.min(max(0), deployment.autoscale().get().minWithSoft());
    }

    /** For anyone who waits: tries again may go anywhere, and some wait for a nodepool by name. */
    boolean isSomethingFree(SpillOver spill) {
        for (var rank = 0; rank < places.size(); rank++) {
            if ((spill.isOpen(rank) || chosen[rank] > 0 || again > 0)
                    && fleet(rank).freeSlots() > 0) {
                return true;
            }
        }
        return false;
    }

    boolean hasChoice() {
        return places.stream().anyMatch(place -> place.fleet().size() > 1);
    }

    boolean isSomethingReady() {
        return places.stream().anyMatch(place -> place.fleet().ready() > 0);
    }

    /** Neither ready nor starting, in the first so many. */
    boolean isNothingThere(int open) {
        return places.stream()
                .limit(open)
                .allMatch(place -> place.fleet().ready() == 0 && place.fleet().starting() == 0);
    }

    /** Of the first so many nodepools' slots, from 0 to 1. */
    double utilisation(int open) {
        long busy = 0;
        for (var rank = 0; rank < open; rank++) {
            busy += fleet(rank).inFlight();
        }
        var capacity = capacity(open);
        return capacity == 0 ? 0 : Math.min(1, (double) busy / capacity);
    }

    /** Slots, free or taken, of the first so many nodepools. */
    long capacity(int open) {
        long capacity = 0;
        for (var rank = 0; rank < open; rank++) {
            capacity += fleet(rank).capacity();
        }
        return capacity;
    }

    boolean isAnotherReplica(Ticket ticket) {
        return places.stream()
                .filter(place -> mayServe(place, ticket))
                .anyMatch(place -> place.fleet().isAnyBut(ticket.request.excluded()));
    }

    /** Whether one is down, or fails all that it is sent. */
    boolean isAnyDown() {
        for (var place : places) {
            if (place.fleet().breakerOpen() || place.fleet().whyDown() != null) {
                return true;
            }
        }
        return false;
    }

    boolean areAllDown() {
        return places.stream().allMatch(place -> place.fleet().whyDown() != null);
    }

    /** Why nobody need wait: each nodepool that could serve it is down; null while one serves, starts or rests. */
    @Nullable
    String whyDown(Ticket ticket) {
        String first = null;
        for (var place : places) {
            if (mayServe(place, ticket)) {
                var down = place.fleet().whyDown();
                if (down == null) {
                    return null;
                }
                first = first == null ? down : first;
            }
        }
        return first;
    }

    List<SpillOver.Pool> pools(Instant now) {
        var pools = new ArrayList<SpillOver.Pool>();
        for (var rank = 0; rank < places.size(); rank++) {
            var fleet = fleet(rank);
            var coldStarts = fleet.coldStarts();
            pools.add(new SpillOver.Pool(
                    fleet.ready(),
                    fleet.starting(),
                    fleet.freeSlots(),
                    fleet.capacity(),
                    isAtLimit(rank),
                    whyNotToWaitFor(fleet),
                    fleet.readyNext(now),
                    coldStarts.count() >= SpillOver.MEASURED_MIN ? coldStarts.median() : Optional.empty()));
        }
        return pools;
    }

    List<Demand.Pool> demanded(SpillOver spill) {
        var pools = new ArrayList<Demand.Pool>();
        for (var rank = 0; rank < places.size(); rank++) {
            pools.add(new Demand.Pool(
                    places.get(rank).capacity().slots(),
                    fleet(rank).ready(),
                    max(rank),
                    spill.isOpen(rank),
                    chosen[rank]));
        }
        return pools;
    }

    private void count(Ticket ticket, int by) {
        ticket.request.nodepool().ifPresent(id -> chosen[rank(id)] += by);
        again += ticket.request.excluded().isEmpty() ? 0 : by;
    }

    private static boolean mayServe(Place place, Ticket ticket) {
        return ticket.request.nodepool().map(place.nodepool()::equals).orElse(true);
    }

    private static Optional<String> whyNotToWaitFor(Fleet fleet) {
        var down = fleet.whyDown();
        if (down != null) {
            return Optional.of(down);
        }
        return fleet.breakerOpen() ? Optional.of("requests to all of its replicas fail") : Optional.empty();
    }

    private boolean isAtLimit(int rank) {
        var place = places.get(rank);
        if (deployment.autoscale().isEmpty() || !place.capacity().scalable()) {
            return true;
        }
        var counted = deployment.spillover().limitCounts() == Spillover.LimitCounts.DESIRED
                ? place.target().desired()
                : place.fleet().ready();
        return counted >= interventions.replicas(place.nodepool()).orElse(max(rank))
                || place.target().isAtCapacity();
    }
}
