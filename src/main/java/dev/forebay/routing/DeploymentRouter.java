package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One deployment's rules behind one lock. Actions run after the lock is free, on the thread that caused them. */
final class DeploymentRouter {
    private volatile List<Place> places;
    private RouterCore core;
    private Deployment deployment;
    private final InstantSource clock;
    private final Runnable starved;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile List<DeploymentRouter> sharing = List.of(this);

    // Written under the lock, so that whoever gives a slot back after a request began to wait sees that it does.
    private volatile boolean waiting;
    private volatile boolean choice;

    /** @param starved called outside the lock when a request waits for a replica that has to be started first */
    DeploymentRouter(Deployment deployment, List<Place> places, InstantSource clock, Runnable starved) {
        this.places = List.copyOf(places);
        this.deployment = deployment;
        this.core = new RouterCore(deployment, places);
        this.clock = clock;
        this.starved = starved;
        // The nodepools may have replicas already, of which no change is to be heard.
        this.choice = core.hasChoice();
    }

    /** Goes on by another configuration: with what is in flight, who waits and what was learned. */
    void configure(Deployment next, List<Place> nextPlaces) {
        if (next.equals(deployment) && nextPlaces.equals(places)) {
            return;
        }
        run(now -> {
            var before = core;
            core = new RouterCore(next, nextPlaces);
            deployment = next;
            places = List.copyOf(nextPlaces);
            choice = core.hasChoice();
            return core.succeed(before, now);
        });
    }

    /** Refuses whoever still waits: the model is gone. */
    void end() {
        run(_ -> core.end());
    }

    List<Place> places() {
        return places;
    }

    Ticket lease(LeaseRequest request, Waiter waiter) {
        var ticket = new Ticket(request, waiter, clock.instant());
        run(now -> core.arrive(ticket, now));
        return ticket;
    }

    void cancel(Ticket ticket) {
        run(_ -> {
            core.cancel(ticket);
            return List.of();
        });
    }

    /** Whether a nodepool has several replicas, ready or not. */
    boolean hasChoice() {
        return choice;
    }

    boolean uses(String nodepool) {
        return places.stream().anyMatch(place -> place.nodepool().equals(nodepool));
    }

    /** The fleets know of the change already. */
    void changed() {
        run(now -> {
            choice = core.hasChoice();
            return core.changed(now);
        });
    }

    void tick() {
        run(now -> core.tick(now));
    }

    void release(Seat seat, Lease.Ended ended, Instant granted) {
        run(now -> {
            core.release(seat, ended, Duration.between(granted, now), now);
            return sharing.size() == 1 ? core.drain(now) : List.of();
        });
        if (sharing.size() > 1 && someoneWaits()) {
            // Whoever has waited longest comes first, whichever deployment it waits for.
            sharing.stream()
                    .map(each -> Map.entry(each.waitingSince(), each))
                    .filter(each -> each.getKey().isBefore(Instant.MAX))
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(each -> each.getValue().drain());
        }
    }

    void answered(Seat seat) {
        run(now -> {
            seat.fleet.answered(seat, now);
            return core.drain(now);
        });
    }

    /** No longer than the nodepool's configuration allows. */
    void pause(Seat seat, Duration wish) {
        var max = places.stream()
                .filter(place -> place.nodepool().equals(seat.nodepool()))
                .map(place -> Duration.ofSeconds(place.capacity().failover().retryAfterSecondsMax()))
                .findFirst()
                .orElse(Duration.ZERO);
        var pause = wish.compareTo(max) < 0 ? wish : max;
        if (pause.isZero()) {
            return;
        }
        run(now -> {
            seat.fleet.pause(seat.replica(), pause, now);
            return List.of();
        });
    }

    /** Before the first request, and whenever a configuration has changed. */
    void shareWith(Collection<DeploymentRouter> others) {
        sharing = others.stream()
                .filter(other -> other.places.stream().anyMatch(place -> uses(place.nodepool())))
                .toList();
    }

    private void drain() {
        run(now -> core.drain(now));
    }

    /** By nodepool, see {@link Situation#needs}. */
    Map<String, Autoscaler.Need> needs(boolean ticking) {
        lock.lock();
        try {
            var byNodepool = new LinkedHashMap<String, Autoscaler.Need>();
            var needs = core.situation().needs(ticking, clock.instant());
            for (var rank = 0; rank < needs.size(); rank++) {
                byNodepool.put(places.get(rank).nodepool(), needs.get(rank));
            }
            return byNodepool;
        } finally {
            lock.unlock();
        }
    }

    void intervene(Consumer<Interventions> change) {
        run(now -> core.intervene(change, now));
    }

    Explanation explain() {
        lock.lock();
        try {
            return core.explain(clock.instant());
        } finally {
            lock.unlock();
        }
    }

    Live live() {
        lock.lock();
        try {
            return core.live(clock.instant());
        } finally {
            lock.unlock();
        }
    }

    private boolean someoneWaits() {
        for (var each : sharing) {
            if (each.waiting) {
                return true;
            }
        }
        return false;
    }

    private Instant waitingSince() {
        lock.lock();
        try {
            return core.waitingSince();
        } finally {
            lock.unlock();
        }
    }

    private interface Rule {
        List<RouterCore.Action> apply(Instant now);
    }

    private void run(Rule rule) {
        List<RouterCore.Action> actions;
        boolean starving;
        lock.lock();
        try {
            actions = rule.apply(clock.instant());
            waiting = core.queued() > 0;
            starving = core.isStarved();
        } finally {
            lock.unlock();
        }
        for (var action : actions) {
            switch (action) {
                case RouterCore.Action.Grant(var ticket, var seat, var queued) ->
                    ticket.waiter.granted(
                            new Lease(this, seat, queued, seat.coldStartAfter(ticket.arrived), clock.instant()));
                case RouterCore.Action.Refuse(var ticket, var failure) -> ticket.waiter.refused(failure);
            }
        }
        if (starving) {
            starved.run();
        }
    }
}
