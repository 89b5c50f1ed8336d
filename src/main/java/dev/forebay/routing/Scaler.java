package dev.forebay.routing;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps as many replicas of each nodepool as its deployments need: asks them, lets the {@link Autoscaler} decide, has the
 * orders carried out. Thread-safe; no call blocks.
 */
public final class Scaler implements AutoCloseable {
    /** For a nodepool whose number of replicas is fixed: followed at once, there is nothing to slow down. */
    private static final Autoscale FIXED = new Autoscale(0, Autoscale.REPLICAS_MAX, 300, 0, 0, 0, false, 0);

    private static final List<Autoscaler.Need> NONE_AT_ALL = List.of(Autoscaler.Need.exactly(0));

    private record Scaled(String nodepool, Fleet fleet, Target target, Autoscaler autoscaler) {}

    private final Router router;
    private final ReplicaControl control;
    private final InstantSource clock;
    private final Map<String, Scaled> nodepools = new LinkedHashMap<>();
    private boolean closed;
    private boolean scaling;
    private boolean again;

    /** Looks after each nodepool whose replicas can be started and stopped. */
    public Scaler(Router router, ReplicaControl control, InstantSource clock) {
        this.router = router;
        this.control = control;
        this.clock = clock;
        router.onStarved(() -> scale(false));
    }

    /** To be called about once a second. */
    public void tick() {
        scale(true);
    }

    /** An operator has changed something. */
    void look() {
        scale(false);
    }

    /** No order is given after this has returned: whoever carries them out may close. */
    @Override
    public synchronized void close() {
        closed = true;
    }

    /**
     * An order that is carried out may come back here by the same thread, with a replica's new state: what is asked for
     * then is looked at once the orders of now are given, else one of them would be given twice.
     */
    private synchronized void scale(boolean ticking) {
        again = true;
        if (scaling) {
            return;
        }
        scaling = true;
        try {
            var tick = ticking;
            // More than once again would be for the next tick.
            for (var look = 0; look < 2 && again && !closed; look++) {
                again = false;
                lookAround(tick);
                tick = false;
            }
        } finally {
            scaling = false;
        }
    }

    private void lookAround(boolean ticking) {
        var now = clock.instant();
        takeStock();
        var needs = new LinkedHashMap<String, List<Autoscaler.Need>>();
        for (var deployment : router.routers()) {
            deployment
                    .needs(ticking)
                    .forEach((id, need) ->
                            needs.computeIfAbsent(id, _ -> new ArrayList<>()).add(need));
        }
        nodepools.forEach((id, scaled) -> follow(scaled, needs.getOrDefault(id, List.of()), now));
    }

    /** By the configuration of this moment. What no deployment needs any more goes, and is forgotten once it is gone. */
    private void takeStock() {
        for (var place : List.copyOf(router.places())) {
            var id = place.nodepool();
            if (router.forget(id)) {
                nodepools.remove(id);
            } else if (place.capacity().scalable()) {
                var delays = delays(id);
                var max = place.capacity().replicasMax();
                var order = place.capacity().victimOrder();
                nodepools
                        .computeIfAbsent(
                                id,
                                _ -> new Scaled(id, place.fleet(), place.target(), new Autoscaler(delays, max, order)))
                        .autoscaler
                        .configure(delays, max, order);
            }
        }
    }

    private void follow(Scaled scaled, List<Autoscaler.Need> needs, Instant now) {
        var before = scaled.autoscaler.desired();
        var standing = scaled.fleet.standing();
        var orders = switch (scaled.fleet.admission()) {
            case OPEN -> scaled.autoscaler.follow(needs, standing, now);
            case CORDONED -> scaled.autoscaler.hold(standing, now);
            case DRAINING -> scaled.autoscaler.follow(NONE_AT_ALL, standing, now);
        };
        var desired = scaled.autoscaler.desired();
        scaled.target.set(desired, scaled.autoscaler.isAtCapacity() || scaled.fleet.isWithoutRoom());
        if (desired != before) {
            control.scaled(scaled.nodepool, before, desired);
        }
        for (var order : orders) {
            switch (order) {
                case Autoscaler.Order.Start(var ordinal) -> control.start(scaled.nodepool, ordinal);
                case Autoscaler.Order.Drain(var replica) -> scaled.fleet.drain(replica);
                case Autoscaler.Order.Undrain(var replica) ->
                    router.change(scaled.nodepool, fleet -> fleet.undrain(replica));
                case Autoscaler.Order.Stop(var replica) -> control.stop(replica);
            }
        }
    }

    /** Of the first deployment that scales it; where several do, their needs add up and the delays are the first's. */
    private Autoscale delays(String nodepool) {
        return router.deployments().stream()
                .filter(deployment -> deployment.nodepoolIds().contains(nodepool))
                .map(Deployment::autoscale)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(FIXED);
    }
}
