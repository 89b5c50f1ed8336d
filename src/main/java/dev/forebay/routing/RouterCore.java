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
    /** What is to be done for one waiting request. */
    sealed interface Action {
        record Grant(Ticket ticket, Seat seat, Duration queued) implements Action {}

        record Refuse(Ticket ticket, ModelFailure failure) implements Action {}
    }

    private final Deployment deployment;
    private final Places places;
    private final WaitingLine line;
    private final SpillOver spill;
    private final Demand demand;
    private final Refusals refusals;
    private final Patience patience;
    private final Situation situation;

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
        this.patience = new Patience(deployment.queue());
        this.situation = new Situation(deployment, this.places, line, spill, demand);
    }

    /** Takes over from the core of the configuration before what it has learned, what it holds, and who waits there. */
    List<Action> succeed(RouterCore before, Instant now) {
        places.inherit(before.places);
        spill.inherit(before.spill);
        demand.inherit(before.demand, places.ranksIn(before.places));
        patience.inherit(before.patience);
        var actions = new ArrayList<Action>();
        for (Ticket waiting; (waiting = before.next()) != null; ) {
            actions.addAll(admit(waiting, now));
        }
        return actions;
    }

    /** Nobody waits here any more: the model is gone. */
    List<Action> end() {
        var actions = new ArrayList<Action>();
        for (Ticket waiting; (waiting = next()) != null; ) {
            actions.add(refusals.gone(waiting));
        }
        return actions;
    }

    List<Action> arrive(Ticket ticket, Instant now) {
        var request = ticket.request;
        if (request.excluded().isEmpty()) {
            demand.arrived();
        }
        return admit(ticket, now);
    }

    private List<Action> admit(Ticket ticket, Instant now) {
        var request = ticket.request;
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
    void release(Seat taken, Lease.Ended ended, Duration served, Instant now) {
        var rank = places.giveBack(taken, ended, now);
        if (rank >= 0) {
            spill.used(rank, now);
            if (ended == Lease.Ended.SERVED) {
                demand.served(rank, served);
            }
        }
    }

    /** A replica of one of its nodepools has changed; the fleet knows already. */
    List<Action> changed(Instant now) {
        patience.update(places.isSomethingReady(), now);
        var actions = new ArrayList<>(drain(now));
        if (places.areAllDown()) {
            for (Ticket waiting; (waiting = next()) != null; ) {
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
        patience.update(places.isSomethingReady(), now);
        var actions = new ArrayList<Action>();
        dispatch(now, actions);
        spillOver(now, actions);
        for (var ticket : line.expire(now, patience.at(now))) {
            places.left(ticket);
            actions.add(refusals.waitedTooLong(ticket, patience.isWarm(), now));
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
            spill.update(places.pools(), line.size(), situation.oldest(now), now);
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
        var held = places.takeHeld(ticket, spill, now);
        if (held != null) {
            spill.used(places.rank(held.seat.nodepool()), now);
            return held;
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
        return new Action.Grant(ticket, seat, Duration.between(ticket.arrived, now));
    }

    boolean hasChoice() {
        return places.hasChoice();
    }

    int queued() {
        return line.size();
    }

    Situation situation() {
        return situation;
    }

    /** When the first of those who wait came; far in the future if nobody waits. */
    Instant waitingSince() {
        var oldest = line.oldestArrival();
        return oldest == null ? Instant.MAX : oldest;
    }

    /** A request waits and nothing is there or starting that could serve it: the scaler must not wait for its tick. */
    boolean isStarved() {
        return line.size() > 0 && places.isNothingThere(spill.openCount());
    }

    /** Whoever is next leaves, whether or not there is a slot; null once nobody waits. */
    private @Nullable Ticket next() {
        var waiting = line.poll(0, _ -> true);
        if (waiting != null) {
            places.left(waiting);
        }
        return waiting;
    }
}
