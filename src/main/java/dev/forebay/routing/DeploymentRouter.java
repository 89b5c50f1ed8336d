package dev.forebay.routing;

import dev.forebay.compute.Replica;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** One deployment's rules behind one lock. Actions run after the lock is free, on the thread that caused them. */
final class DeploymentRouter {
    private final List<String> nodepools;
    private final RouterCore core;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private List<DeploymentRouter> sharing = List.of(this);

    // Written under the lock, so that whoever gives a slot back after a request began to wait sees that it does.
    private volatile boolean waiting;

    /** @param slotsByNodepool requests in flight at one replica of a nodepool, 0 for no limit */
    DeploymentRouter(
            Deployment deployment, Map<String, Integer> slotsByNodepool, Occupancy occupancy, InstantSource clock) {
        this.nodepools = deployment.nodepoolIds();
        this.core = new RouterCore(deployment, slotsByNodepool, occupancy);
        this.clock = clock;
    }

    RouterCore.Ticket lease(LeaseRequest request, Waiter waiter) {
        var ticket = new RouterCore.Ticket(request, waiter, clock.instant());
        run(now -> core.arrive(ticket, now));
        return ticket;
    }

    void cancel(RouterCore.Ticket ticket) {
        run(_ -> {
            core.cancel(ticket);
            return List.of();
        });
    }

    void changed(Replica replica) {
        if (nodepools.contains(replica.nodepool())) {
            run(now -> core.changed(replica, now));
        }
    }

    void tick() {
        run(core::tick);
    }

    void release(Slots slots, Lease.Ended ended, Instant granted) {
        run(now -> {
            core.release(slots, ended, Duration.between(granted, now), now);
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

    Live live() {
        lock.lock();
        try {
            return new Live(
                    core.queued(),
                    core.oldest(clock.instant()),
                    nodepools.stream()
                            .map(id -> new Live.Pool(id, core.ready(id), core.inFlight(id)))
                            .toList());
        } finally {
            lock.unlock();
        }
    }

    private interface Rule {
        List<RouterCore.Action> apply(Instant now);
    }

    private void run(Rule rule) {
        List<RouterCore.Action> actions;
        lock.lock();
        try {
            actions = rule.apply(clock.instant());
            waiting = core.queued() > 0;
        } finally {
            lock.unlock();
        }
        for (var action : actions) {
            switch (action) {
                case RouterCore.Action.Grant(var ticket, var slots, var queued) ->
                    ticket.waiter.granted(new Lease(this, slots, queued, clock.instant()));
                case RouterCore.Action.Refuse(var ticket, var failure) -> ticket.waiter.refused(failure);
            }
        }
    }
}
