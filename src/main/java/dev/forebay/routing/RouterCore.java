package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one deployment: which nodepool gets a request, who waits, who is refused. No clock, thread or I/O inside;
 * its caller holds the deployment's lock. Answers are actions to be carried out outside the lock.
 */
final class RouterCore {
    private static final Duration FOREVER = Duration.ofDays(3650);

    /** What is to be done for one waiting request. */
    sealed interface Action {
        /** @param rank of the nodepool among the deployment's */
        record Grant(Ticket ticket, Seat seat, int rank, Duration queued) implements Action {}

        record Refuse(Ticket ticket, ModelFailure failure) implements Action {}
    }

    private final Deployment deployment;
    private final Places places;
    private final WaitingLine line;
    private final SpillOver spill;
    private final Demand demand;
    private final Refusals refusals;
    // Since when there has been a replica that is ready, or none: who waits gets the whole patience of each.
    private boolean warm;
    private Instant warmOrColdSince = Instant.MIN;

    RouterCore(Deployment deployment, List<Place> places) {
        this.deployment = deployment;
        this.places = new Places(deployment, places);
        this.line = new WaitingLine(new WaitingLine.Limits(
                deployment.queue().requestsMax(), deployment.queue().bytesMax()));
        this.spill = new SpillOver(deployment.nodepoolIds(), deployment.spillover());
        this.demand = new Demand(
                places.size(),
                deployment.autoscale().map(Autoscale::trafficHistorySeconds).orElse(300));
        this.refusals = new Refusals(deployment.model(), this.places, line, demand, spill);
    }

    List<Action> arrive(Ticket ticket, Instant now) {
        var request = ticket.request;
        if (request.excluded().isEmpty()) {
            demand.arrived();
        }
        if (!deployment.enabled()) {
            return List.of(refusals.disabled(ticket));
        }
        if (request.nodepool().isPresent() && places.rank(request.nodepool().get()) < 0) {
            return List.of(refusals.unknownNodepool(ticket));
        }
        if (line.size() == 0) {
            var grant = place(ticket, now);
            if (grant != null) {
                return List.of(grant);
            }
        }
        if (!request.excluded().isEmpty() && !places.isAnotherReplica(ticket)) {
            return List.of(refusals.noOther(ticket, now));
        }
        if (places.whyDown(ticket) != null) {
            return List.of(refusals.down(ticket, now));
        }
        var hopeless = refusals.tooLate(ticket, now);
        if (hopeless != null) {
            return List.of(hopeless);
        }
        return queue(ticket, now);
    }

    private List<Action> queue(Ticket ticket, Instant now) {
        var actions = new ArrayList<Action>();
        switch (line.offer(ticket)) {
            case WaitingLine.Offer.Full(var which) -> {
                return List.of(refusals.full(ticket, which, now));
            }
            case WaitingLine.Offer.Displaced(var evicted) -> {
                for (var out : evicted) {
                    places.left(out);
                    actions.add(refusals.displaced(out, now));
                }
            }
            case WaitingLine.Offer.Taken() -> {}
        }
        places.waits(ticket);
        actions.addAll(drain(now));
        return actions;
    }

    /** What has fallen free is given to whoever waits by {@link #drain}. */
    void release(Seat taken, int rank, Lease.Ended ended, Duration served, Instant now) {
        spill.used(rank, now);
        places.giveBack(taken, rank, ended, served, now);
        if (ended == Lease.Ended.SERVED) {
            demand.served(rank, served);
        }
    }

    /** A replica of one of its nodepools has changed; the fleet knows already. */
    List<Action> changed(Instant now) {
        regime(now);
        var actions = new ArrayList<>(drain(now));
        if (places.areAllDown()) {
            for (Ticket waiting; (waiting = line.poll(0, _ -> true)) != null; ) {
                places.left(waiting);
                actions.add(refusals.down(waiting, now));
            }
        }
        return actions;
    }

    boolean cancel(Ticket ticket) {
        var waited = line.remove(ticket);
        if (waited) {
            places.left(ticket);
        }
        return waited;
    }

    /** Looks at what time alone changes, and refuses those who have waited too long. */
    List<Action> tick(Instant now) {
        regime(now);
        var actions = new ArrayList<Action>();
        dispatch(now, actions);
        spillOver(now, actions);
        var patience = warm ? deployment.queue().timeout() : deployment.queue().coldTimeout();
        var whole = now.isBefore(warmOrColdSince.plus(patience)) ? FOREVER : patience;
        for (var ticket : line.expire(now, whole)) {
            places.left(ticket);
            actions.add(refusals.waitedTooLong(ticket, warm, now));
        }
        return actions;
    }

    /** Hands what is free to those who wait, and looks whether a nodepool opens for them. */
    List<Action> drain(Instant now) {
        var actions = new ArrayList<Action>();
        dispatch(now, actions);
        // With nobody waiting only a nodepool that is down opens another; what closes by time, ticks see.
        if (line.size() > 0 || places.isAnyDown()) {
            spillOver(now, actions);
        }
        return actions;
    }

    private void spillOver(Instant now, List<Action> actions) {
        if (places.count() > 1) {
            spill.update(places.pools(now), line.size(), oldest(now), now);
            dispatch(now, actions);
        }
    }

    private void dispatch(Instant now, List<Action> actions) {
        while (line.size() > 0 && places.isSomethingFree(spill)) {
            var found = new ArrayList<Action.Grant>();
            line.poll(places.utilisation(spill.openCount()), ticket -> {
                var grant = place(ticket, now);
                if (grant != null) {
                    found.add(grant);
                }
                return grant != null;
            });
            if (found.isEmpty()) {
                return;
            }
            places.left(found.getFirst().ticket);
            actions.addAll(found);
        }
    }

    /** A slot at the first open nodepool that has one; null if none has. */
    private Action.@Nullable Grant place(Ticket ticket, Instant now) {
        var wanted = ticket.request.nodepool();
        if (wanted.isPresent()) {
            return take(places.rank(wanted.get()), ticket, now);
        }
        // Another try may go to any nodepool: what failed is not cured by waiting for the first.
        var open = ticket.request.excluded().isEmpty() ? spill.openCount() : places.count();
        if (ticket.request.excluded().isEmpty() && spill.isOfFixedShare()) {
            var grant = take(open - 1, ticket, now);
            if (grant != null) {
                return grant;
            }
        }
        // A nodepool all of whose replicas fail comes after those that serve.
        var grant = placeInOrder(ticket, open, false, now);
        return grant == null ? placeInOrder(ticket, open, true, now) : grant;
    }

    private Action.@Nullable Grant placeInOrder(Ticket ticket, int open, boolean failing, Instant now) {
        for (var rank = 0; rank < open; rank++) {
            if (rank > 0 && isToWaitForTheFirst(ticket, now)) {
                return null;
            }
            var grant = places.fleet(rank).breakerOpen() == failing ? take(rank, ticket, now) : null;
            if (grant != null) {
                return grant;
            }
        }
        return null;
    }

    private boolean isToWaitForTheFirst(Ticket ticket, Instant now) {
        return deployment.spillover().mode() == Spillover.Mode.HOLD
                && ticket.request.excluded().isEmpty()
                && places.fleet(0).whyDown() == null
                && now.isBefore(ticket.arrived.plusMillis(deployment.spillover().holdMs()));
    }

    private Action.@Nullable Grant take(int rank, Ticket ticket, Instant now) {
        var seat = places.take(rank, ticket, now);
        if (seat == null) {
            return null;
        }
        spill.used(rank, now);
        return new Action.Grant(ticket, seat, rank, Duration.between(ticket.arrived, now));
    }

    int queued() {
        return line.size();
    }

    Duration oldest(Instant now) {
        var oldest = line.oldestArrival();
        return oldest == null ? Duration.ZERO : Duration.between(oldest, now);
    }

    /** When the first of those who wait came; far in the future if nobody waits. */
    Instant waitingSince() {
        var oldest = line.oldestArrival();
        return oldest == null ? Instant.MAX : oldest;
    }

    /**
     * What the deployment needs of each of its nodepools, in order.
     *
     * @param ticking true about once a second, false in between: for a first request that finds nothing
     */
    List<Autoscaler.Need> needs(boolean ticking, Instant now) {
        if (ticking) {
            demand.tick(now);
        }
        var autoscale = deployment.autoscale();
        if (autoscale.isEmpty()) {
            return places.fixedNeeds();
        }
        var pools = places.pools(now);
        var replicas = demand.needs(places.demanded(spill), places.inFlight(), line.size());
        var needs = new ArrayList<Autoscaler.Need>();
        for (var rank = 0; rank < places.count(); rank++) {
            needs.add(new Autoscaler.Need(
                    replicas.get(rank),
                    rank == 0 && deployment.enabled()
                            ? Math.min(places.max(0), autoscale.get().minWithSoft())
                            : 0,
                    spill.isLoaded(pools.get(rank), line.size(), oldest(now))));
        }
        return needs;
    }

    /** A request waits and nothing is there or starting that could serve it: the scaler must not wait for its tick. */
    boolean isStarved() {
        return line.size() > 0 && places.isNothingThere(spill.openCount());
    }

    Live live(Instant now) {
        var pools = places.pools(now);
        var rows = new ArrayList<Live.Pool>();
        for (var rank = 0; rank < places.count(); rank++) {
            var pool = pools.get(rank);
            rows.add(new Live.Pool(
                    places.nodepool(rank),
                    deployment.enabled() ? spill.state(rank, pool, line.size(), oldest(now)) : NodepoolState.DISABLED,
                    places.desired(rank),
                    pool.ready(),
                    pool.starting(),
                    places.max(rank),
                    places.inFlight(rank),
                    places.share(rank),
                    spill.isOpen(rank),
                    spill.lastDecision(rank)));
        }
        return new Live(line.size(), line.bytes(), oldest(now), demand.rate(), rows);
    }

    private void regime(Instant now) {
        var isWarm = places.isSomethingReady();
        if (isWarm != warm) {
            warm = isWarm;
            warmOrColdSince = now;
        }
    }
}
