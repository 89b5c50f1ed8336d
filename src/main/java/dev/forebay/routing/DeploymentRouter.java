package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One deployment's rules behind one lock. Actions run after the lock is free, on the thread that caused them. */
final class DeploymentRouter {
    private final List<String> nodepools;
    private final RouterCore core;
    private final InstantSource clock;
    private final Runnable starved;
    private final ReentrantLock lock = new ReentrantLock();
    private List<DeploymentRouter> sharing = List.of(this);

    // Written under the lock, so that whoever gives a slot back after a request began to wait sees that it does.
    private volatile boolean waiting;

    /** @param starved called outside the lock when a request waits and nothing is there or starting for it */
    DeploymentRouter(Deployment deployment, List<Place> places, InstantSource clock, Runnable starved) {
        this.nodepools = deployment.nodepoolIds();
        this.core = new RouterCore(deployment, places);
        this.clock = clock;
        this.starved = starved;
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

    boolean uses(String nodepool) {
        return nodepools.contains(nodepool);
    }

    /** The fleets know of the change already. */
    void changed() {
        run(core::changed);
    }

    void tick() {
        run(core::tick);
    }

    void release(Seat seat, int rank, Lease.Ended ended, Instant granted) {
        run(now -> {
            core.release(seat, rank, ended, Duration.between(granted, now), now);
            return sharing.size() == 1 ? core.drain(now) : List.of();
        });
        if (sharing.size() > 1 && someoneWaits()) {
            // Whoever has waited longest comes first, whichever deployment it waits for.
            sharing.stream()
                    .map(each -> Map.entry(each.waitingSince(), each))
                    .filter(each -> each.getKey().isBefore(Instant.MAX))
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(each -> each.getValue().run(each.getValue().core::drain));
        }
    }

    /** Once, before the first request. */
    void shareWith(Collection<DeploymentRouter> others) {
        sharing = others.stream()
                .filter(other -> !Collections.disjoint(other.nodepools, nodepools))
                .toList();
    }

    /** In the order of its nodepools, see {@link RouterCore#needs}. */
    List<Autoscaler.Need> needs(boolean ticking) {
        lock.lock();
        try {
            return core.needs(ticking, clock.instant());
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
            starving = waiting && core.isStarved();
        } finally {
            lock.unlock();
        }
        for (var action : actions) {
            switch (action) {
                case RouterCore.Action.Grant(var ticket, var seat, var rank, var queued) ->
                    ticket.waiter.granted(new Lease(this, seat, rank, queued, clock.instant()));
                case RouterCore.Action.Refuse(var ticket, var failure) -> ticket.waiter.refused(failure);
            }
        }
        if (starving) {
            starved.run();
        }
    }
}
