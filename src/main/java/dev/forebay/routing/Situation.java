package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How one deployment stands at this moment: for the scaler, and for whoever looks at it. Guarded by its lock. */
final class Situation {
    private final Deployment deployment;
    private final Places places;
    private final WaitingLine line;
    private final SpillOver spill;
    private final Demand demand;

    Situation(Deployment deployment, Places places, WaitingLine line, SpillOver spill, Demand demand) {
        this.deployment = deployment;
        this.places = places;
        this.line = line;
        this.spill = spill;
        this.demand = demand;
    }

    /** How long the first of those who wait has waited. */
    Duration oldest(Instant now) {
        var oldest = line.oldestArrival();
        return oldest == null ? Duration.ZERO : Duration.between(oldest, now);
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
            return fixed();
        }
        var pools = places.pools();
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

    /** Where nothing is scaled: as many as the nodepools' configuration says. */
    private List<Autoscaler.Need> fixed() {
        return IntStream.range(0, places.count())
                .map(rank -> deployment.enabled() ? places.fixedReplicas(rank) : 0)
                .mapToObj(replicas -> new Autoscaler.Need(0, replicas, false))
                .toList();
    }

    Live live(Instant now) {
        var pools = places.pools();
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
}
