package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
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

    private final Places places;
    private final WaitingLine line;
    private final SpillOver spill;
    private final Demand demand;
    private final Refusals refusals;
    private final Patience patience;
    private final Situation situation;
    private final Interventions interventions;
    private final Placing placing;
    private final Outlook outlook;
    private boolean opened;

    RouterCore(Deployment deployment, List<Place> places) {
        this.interventions = new Interventions(deployment.enabled());
        this.places = new Places(deployment, places, interventions);
        this.line = new WaitingLine(new WaitingLine.Limits(
                deployment.queue().requestsMax(), deployment.queue().bytesMax()));
        this.spill = new SpillOver(deployment.nodepoolIds(), deployment.spillover());
        this.demand = new Demand(
                places.size(),
                deployment.autoscale().map(Autoscale::trafficHistorySeconds).orElse(300));
        this.refusals = new Refusals(deployment.model(), this.places, line, demand, spill);
        this.patience = new Patience(deployment.queue());
        this.situation = new Situation(deployment, interventions, this.places, line, spill, demand);
        this.placing = new Placing(deployment, this.places, spill);
        this.outlook = new Outlook(deployment, interventions, this.places, spill, line, demand, placing);
    }

    /** Takes over from the core of the configuration before what it has learned, what it holds, and who waits there. */
    List<Action> succeed(RouterCore before, Instant now) {
        interventions.inherit(before.interventions);
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
        refuseAll(refusals::gone, actions);
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
        if (!interventions.enabled()) {
            return List.of(refusals.disabled(ticket));
        }
        if (request.nodepool().isPresent() && places.rank(request.nodepool().get()) < 0) {
            return List.of(refusals.unknownNodepool(ticket));
        }
        if (line.size() == 0) {
            var grant = placing.place(ticket, now);
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
            refuseAll(waiting -> refusals.down(waiting, now), actions);
        }
        return actions;
    }

    /** An operator sets something. */
    List<Action> intervene(Consumer<Interventions> change, Instant now) {
        change.accept(interventions);
        if (interventions.enabled()) {
            return drain(now);
        }
        var actions = new ArrayList<Action>();
        refuseAll(refusals::disabled, actions);
        return actions;
    }

    private void refuseAll(Function<Ticket, Action.Refuse> refusal, List<Action> actions) {
        for (Ticket waiting; (waiting = next()) != null; ) {
            actions.add(refusal.apply(waiting));
        }
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
            opened |= spill.update(places.pools(now), line.size(), situation.oldest(now), now).stream()
                    .anyMatch(decision -> decision.what().equals("opened"));
            dispatch(now, actions);
        }
    }

    private void dispatch(Instant now, List<Action> actions) {
        while (line.size() > 0 && places.isSomethingFree(spill)) {
            var found = new ArrayList<Action.Grant>();
            line.poll(places.utilisation(spill.openCount()), ticket -> {
                var grant = placing.place(ticket, now);
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

    /**
     * The scaler must not wait for its tick: a request waits and nothing is there or starting that could serve it, or a
     * nodepool has opened for it since this was asked last.
     */
    boolean isStarved() {
        var warmed = opened;
        opened = false;
        return line.size() > 0 && (warmed || places.isNothingThere(spill.openCount()));
    }

    Live live(Instant now) {
        return outlook.live(situation.oldest(now), now);
    }

    Explanation explain(Instant now) {
        return outlook.explain(situation.oldest(now), now);
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
