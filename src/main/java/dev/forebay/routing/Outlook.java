package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a deployment is doing, and what it would do with the next request, by the rules themselves: changes nothing.
 * Guarded by the deployment's lock.
 */
final class Outlook {
    private static final Waiter NOBODY = new Waiter() {
        @Override
        public void granted(Lease lease) {
            throw new IllegalStateException("nobody has asked for it");
        }

        @Override
        public void refused(ModelFailure failure) {
            throw new IllegalStateException("nobody has asked for it");
        }
    };

    private final Deployment deployment;
    private final Interventions interventions;
    private final Places places;
    private final SpillOver spill;
    private final WaitingLine line;
    private final Demand demand;
    private final Placing placing;

    Outlook(
            Deployment deployment,
            Interventions interventions,
            Places places,
            SpillOver spill,
            WaitingLine line,
            Demand demand,
            Placing placing) {
        this.deployment = deployment;
        this.interventions = interventions;
        this.places = places;
        this.spill = spill;
        this.line = line;
        this.demand = demand;
        this.placing = placing;
    }

    /** @param oldest how long the first of those who wait has waited */
    Live live(Duration oldest, Instant now) {
        var pools = places.pools(now);
        var rows = new ArrayList<Live.Pool>();
        for (var rank = 0; rank < places.count(); rank++) {
            rows.add(row(rank, pools.get(rank), oldest));
        }
        return new Live(
                interventions.enabled(), line.size(), line.bytes(), oldest, demand.rate(), rows, spill.recent());
    }

    private Live.Pool row(int rank, SpillOver.Pool pool, Duration oldest) {
        return new Live.Pool(
                places.nodepool(rank),
                isOut(rank) ? NodepoolState.DISABLED : spill.state(rank, pool, line.size(), oldest),
                places.desired(rank),
                pool.ready(),
                pool.starting(),
                places.min(rank),
                places.max(rank),
                interventions.replicas(places.nodepool(rank)),
                places.inFlight(rank),
                places.placed().share(rank),
                places.placed().of(rank),
                spill.isOpen(rank),
                places.fleet(rank).breakerOpen(),
                spill.lastDecision(rank));
    }

    Explanation explain(Duration oldest, Instant now) {
        var live = live(oldest, now);
        var pools = places.pools(now);
        var next = interventions.enabled() && line.size() == 0 ? placing.next(newcomer(now), now) : -1;
        var steps = new ArrayList<Explanation.Step>();
        for (var rank = 0; rank < places.count(); rank++) {
            steps.add(step(rank, live.pools().get(rank), pools, rank == next, oldest, now));
        }
        return new Explanation(
                live,
                next < 0 ? Optional.empty() : Optional.of(places.nodepool(next)),
                outcome(next, newcomer(now)),
                steps);
    }

    private Explanation.Step step(
            int rank, Live.Pool row, List<SpillOver.Pool> pools, boolean next, Duration oldest, Instant now) {
        var pool = pools.get(rank);
        var load = spill.load(pool, line.size(), oldest);
        return new Explanation.Step(
                row,
                why(rank, pools, next, oldest, now),
                pool.freeSlots(),
                pool.capacity(),
                load.full(),
                load.why(),
                pool.atLimit(),
                new Explanation.Thresholds(
                        Duration.ofMillis(deployment.spillover().queueAgeThresholdMs()), spill.amountThreshold(pool)),
                new Explanation.Gate(
                        deployment.spillover().etaGate(),
                        pool.coldStart(),
                        rank == 0 || spill.isOpen(rank) ? Optional.empty() : spill.soonerThan(rank, pools, now)));
    }

    private String why(int rank, List<SpillOver.Pool> pools, boolean next, Duration oldest, Instant now) {
        if (!interventions.enabled()) {
            return "takes none: the deployment is disabled";
        }
        var down = pools.get(rank).down();
        if (down.isPresent()) {
            return "takes none: " + down.get();
        }
        var open = rank == 0 ? "open, because it is the first" : spill.why(rank, pools, line.size(), oldest, now);
        if (!spill.isOpen(rank)) {
            return open;
        }
        if (next) {
            return open + "; the next request goes here";
        }
        return open + (pools.get(rank).freeSlots() > 0 ? "; a nodepool before it has a slot" : "; no slot is free");
    }

    private String outcome(int next, Ticket newcomer) {
        if (!interventions.enabled()) {
            return "refused: the deployment is disabled";
        }
        if (next >= 0) {
            return "goes to " + places.nodepool(next);
        }
        var down = places.whyDown(newcomer);
        if (down != null) {
            return "refused: " + down;
        }
        return line.size() == 0
                ? "waits: no open nodepool has a free slot"
                : "waits behind " + line.size() + " queued requests";
    }

    private boolean isOut(int rank) {
        return !interventions.enabled() || places.fleet(rank).admission() != LiveNodepool.Admission.OPEN;
    }

    private Ticket newcomer(Instant now) {
        return new Ticket(new LeaseRequest(deployment.model(), Set.of(), Instant.MAX), NOBODY, now);
    }
}
