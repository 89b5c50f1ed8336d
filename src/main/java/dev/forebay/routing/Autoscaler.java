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
     */
    record Need(double replicas, int min, boolean burst) {}

    /** A replica that is there, in whatever state but stopped. */
    record Standing(String id, int ordinal, Kind kind, int inFlight, Instant since) {}

    enum Kind {
        /** It failed, or there is no room for it: nothing is lost if it goes. */
        WAITING,
        STARTING,
        SERVING,
        DRAINING
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
    private final int replicasMax;
    private final Leaving leaving;
    private final Map<String, Instant> drainingSince = new HashMap<>();
    // Ordered once: a provider may count each order.
    private final Map<String, Instant> stoppingSince = new HashMap<>();
    private int desired;

    /** @param replicasMax of all deployments together, the nodepool's instance capacity */
    Autoscaler(Autoscale autoscale, int replicasMax, Leaving leaving) {
        this.pacing = new Pacing(autoscale);
        this.replicasMax = replicasMax;
        this.leaving = leaving;
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
        var staying = standing.stream()
                .filter(each -> each.kind != Kind.DRAINING && !stoppingSince.containsKey(each.id))
                .sorted(leaving.victimsFirst())
                .toList();
        if (staying.size() > desired) {
            // Not ours: they ran before the gateway did, or somebody else asked for them. They go as ours would.
            pacing.found(staying.size(), now);
        }
        var sum = needs.stream().mapToDouble(Need::replicas).sum();
        var min = needs.stream().mapToInt(Need::min).max().orElse(0);
        var burst = needs.stream().anyMatch(Need::burst);
        var paced = pacing.follow((int) Math.min(replicasMax, Math.ceil(sum - ROUNDING)), burst, now);
        desired = Math.min(replicasMax, Math.max(min, paced));
        var orders = new ArrayList<Order>();
        stopDrained(standing, now, orders);
        for (var victim : staying.subList(0, Math.max(0, staying.size() - desired))) {
            if (victim.kind == Kind.SERVING) {
                drainingSince.put(victim.id, now);
                orders.add(new Order.Drain(victim.id));
            } else {
                orders.add(new Order.Stop(victim.id));
            }
        }
        leaving.holdBack(orders, standing, stoppingSince.keySet());
        more(desired - staying.size(), standing, orders);
        orders.forEach(order -> {
            if (order instanceof Order.Stop(var replica)) {
                stoppingSince.put(replica, now);
            }
        });
        return orders;
    }

    private void stopDrained(List<Standing> standing, Instant now, List<Order> orders) {
        var ids = new HashSet<String>();
        for (var each : standing) {
            ids.add(each.id);
            if (each.kind != Kind.DRAINING) {
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
        for (var each : leaving.back(standing)) {
            if (left > 0 && each.kind == Kind.DRAINING && !stopping.contains(each.id)) {
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
