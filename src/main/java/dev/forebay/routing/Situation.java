package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How one deployment stands at this moment: for the scaler, and for whoever looks at it. Guarded by its lock. */
final class Situation {
    private final Deployment deployment;
    private final Interventions interventions;
    private final Places places;
    private final WaitingLine line;
    private final SpillOver spill;
    private final Demand demand;

    Situation(
            Deployment deployment,
            Interventions interventions,
            Places places,
            WaitingLine line,
            SpillOver spill,
            Demand demand) {
        this.deployment = deployment;
        this.interventions = interventions;
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
        if (autoscale.isEmpty() || !interventions.enabled()) {
            return IntStream.range(0, places.count()).mapToObj(this::fixed).toList();
        }
        var pools = places.pools(now);
        var replicas = demand.needs(places.demanded(spill), places.inFlight(), line.size());
        var needs = new ArrayList<Autoscaler.Need>();
        for (var rank = 0; rank < places.count(); rank++) {
            var set = interventions.replicas(places.nodepool(rank));
            needs.add(
                    set.isPresent()
                            ? Autoscaler.Need.exactly(set.getAsInt())
                            : new Autoscaler.Need(
                                    replicas.get(rank),
                                    places.min(rank),
                                    spill.isLoaded(pools.get(rank), line.size(), oldest(now))));
        }
        return needs;
    }

    /** Where nothing is scaled: as many as operators or the nodepool's configuration say; none if it is disabled. */
    private Autoscaler.Need fixed(int rank) {
        if (!interventions.enabled()) {
            return Autoscaler.Need.exactly(0);
        }
        var set = interventions.replicas(places.nodepool(rank));
        return set.isPresent()
                ? Autoscaler.Need.exactly(set.getAsInt())
                : new Autoscaler.Need(0, places.fixedReplicas(rank), false);
    }
}
