package dev.forebay.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many replicas one nodepool is to have, and which are to start, drain and stop for that. What its deployments need is
 * added up, since they share its replicas. One that starts is ended only when fewer have been wanted for the whole down
 * delay; one that serves is drained first. Pure: no clock, thread or I/O; one caller at a time.
 */
final class Autoscaler {
    /** After which a replica that is drained is stopped although requests are still in flight. */
    static final Duration DRAIN_MAX = Duration.ofMinutes(10);

    private static final double ROUNDING = 1e-9;

    /**
     * What one deployment needs of the nodepool.
     *
     * @param replicas not rounded
     * @param min that are kept whatever the load
     * @param burst whether the need is to be followed at once
     * @param exact whether an operator has set it, so that fewer are followed at once too
     */
    record Need(double replicas, int min, boolean burst, boolean exact) {
        Need(double replicas, int min, boolean burst) {
            this(replicas, min, burst, false);
        }

        static Need exactly(int replicas) {
            return new Need(replicas, 0, true, true);
        }
    }

    /** A replica that is there, in whatever state but stopped. */
    record Standing(String id, int ordinal, Kind kind, int inFlight, Instant since, boolean outdated) {
        /** It gets no requests any more. */
        boolean isGoing() {
            return kind == Kind.DRAINING || kind == Kind.LEAVING;
        }
    }

    /** In the order in which the least is lost if it goes. */
    enum Kind {
        /** There is no room for it. */
        UNPLACED,
        FAILED,
        STARTING,
        SERVING,
        DRAINING,
        /** Drained by an operator: it is never taken back. */
        LEAVING
    }

    sealed interface Order {
        record Start(int ordinal) implements Order {}

        /** No request goes there from now on. */
        record Drain(String replica) implements Order {}

        /** Take one back that is drained. */
        record Undrain(String replica) implements Order {}

        record Stop(String replica) implements Order {}
    }

    private final Pacing pacing;
    private int replicasMax;
    private VictimOrder victims;
    private final Map<String, Instant> drainingSince = new HashMap<>();
    // Ordered once: a provider may count each order.
    private final Map<String, Instant> stoppingSince = new HashMap<>();
    private int desired;

    /** @param replicasMax of all deployments together, the nodepool's instance capacity */
    Autoscaler(Autoscale autoscale, int replicasMax, VictimOrder victims) {
        this.pacing = new Pacing(autoscale);
        this.replicasMax = replicasMax;
        this.victims = victims;
    }

    /** Goes on by other delays, another bound and another order. */
    void configure(Autoscale autoscale, int max, VictimOrder order) {
        pacing.configure(autoscale);
        replicasMax = max;
        victims = order;
    }

    int desired() {
        return desired;
    }

    /** Whether the nodepool itself allows no more. */
    boolean isAtCapacity() {
        return desired >= replicasMax;
    }

    List<Order> follow(List<Need> needs, List<Standing> standing, Instant now) {
        var stillThere = standing.stream().map(Standing::id).collect(Collectors.toSet());
        stoppingSince.keySet().retainAll(stillThere);
        stoppingSince.values().removeIf(since -> !now.isBefore(since.plus(DRAIN_MAX)));
        var staying = staying(standing);
        var rollout = new Rollout(staying);
        if (staying.size() > desired && !rollout.isUnderWay()) {
            // Not ours: they ran before the gateway did, or somebody else asked for them. They go as ours would.
            pacing.found(staying.size(), now);
        }
        desired = wanted(needs, now);
        var orders = new ArrayList<Order>();
        stopDrained(standing, now, orders);
        for (var victim : rollout.leaving(desired, drainingSince.isEmpty())) {
            if (victim.kind == Kind.SERVING) {
                drainingSince.put(victim.id, now);
                orders.add(new Order.Drain(victim.id));
            } else {
                orders.add(new Order.Stop(victim.id));
            }
        }
        victims.holdBack(orders, standing, stoppingSince.keySet());
        more(rollout.starting(desired), standing, orders);
        orders.forEach(order -> {
            if (order instanceof Order.Stop(var replica)) {
                stoppingSince.put(replica, now);
            }
        });
        return orders;
    }

    /** Gives up none and asks for none, but replaces what is lost; what drains goes on to its end. */
    List<Order> hold(List<Standing> standing, Instant now) {
        var staying = staying(standing);
        var kept = new Rollout(staying).isUnderWay() ? desired : Math.max(desired, staying.size());
        return follow(List.of(Need.exactly(kept)), standing, now);
    }

    private List<Standing> staying(List<Standing> standing) {
        return standing.stream()
                .filter(each -> !each.isGoing() && !stoppingSince.containsKey(each.id))
                .sorted(victims.victimsFirst())
                .toList();
    }

    private int wanted(List<Need> needs, Instant now) {
        var sum = Math.ceil(needs.stream().mapToDouble(Need::replicas).sum() - ROUNDING);
        var need = (int) Math.min(replicasMax, sum);
        if (!needs.isEmpty() && needs.stream().allMatch(Need::exact)) {
            pacing.found(need, now);
            return need;
        }
        var min = needs.stream().mapToInt(Need::min).max().orElse(0);
        var paced = pacing.follow(need, needs.stream().anyMatch(Need::burst), now);
        return Math.min(replicasMax, Math.max(min, paced));
    }

    private void stopDrained(List<Standing> standing, Instant now, List<Order> orders) {
        var ids = new HashSet<String>();
        for (var each : standing) {
            ids.add(each.id);
            if (!each.isGoing()) {
                drainingSince.remove(each.id);
            } else {
                var since = drainingSince.computeIfAbsent(each.id, _ -> now);
                var over = each.inFlight == 0 || !now.isBefore(since.plus(DRAIN_MAX));
                if (over && !stoppingSince.containsKey(each.id)) {
                    orders.add(new Order.Stop(each.id));
                }
            }
        }
        drainingSince.keySet().retainAll(ids);
    }

    private void more(int missing, List<Standing> standing, List<Order> orders) {
        var stopping = new HashSet<>(stoppingSince.keySet());
        orders.forEach(order -> {
            if (order instanceof Order.Stop(var replica)) {
                stopping.add(replica);
            }
        });
        var left = missing;
        for (var each : victims.back(standing)) {
            if (left > 0 && each.kind == Kind.DRAINING && !each.outdated && !stopping.contains(each.id)) {
                orders.add(new Order.Undrain(each.id));
                left--;
            }
        }
        var taken = new HashSet<Integer>();
        standing.forEach(each -> taken.add(each.ordinal));
        for (var ordinal = 0; left > 0; ordinal++) {
            if (taken.add(ordinal)) {
                orders.add(new Order.Start(ordinal));
                left--;
            }
        }
    }
}
