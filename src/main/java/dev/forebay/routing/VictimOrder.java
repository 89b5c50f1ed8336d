package dev.forebay.routing;

import dev.forebay.routing.Autoscaler.Kind;
import dev.forebay.routing.Autoscaler.Order;
import dev.forebay.routing.Autoscaler.Standing;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which replicas of a nodepool go first, and which come back first. */
enum VictimOrder {
    /** What costs least first: those that serve nobody, the newest that starts, then the least busy. */
    CHEAPEST_FIRST,

    /** The highest number first, whatever it is doing: where the replicas run, no other one can be taken away. */
    YOUNGEST_FIRST;

    private static final Comparator<Standing> YOUNGEST =
            Comparator.comparing(Standing::ordinal, Comparator.reverseOrder());

    private static final Comparator<Standing> CHEAPEST = Comparator.comparing(Standing::kind)
            .thenComparing(
                    each -> each.kind() == Kind.STARTING ? each.since() : Instant.EPOCH, Comparator.reverseOrder())
            .thenComparingInt(Standing::inFlight)
            .thenComparing(YOUNGEST);

    Comparator<Standing> victimsFirst() {
        return switch (this) {
            case CHEAPEST_FIRST -> CHEAPEST;
            case YOUNGEST_FIRST -> YOUNGEST;
        };
    }

    /** In the order in which those that drain are taken back. */
    List<Standing> back(List<Standing> standing) {
        return switch (this) {
            case CHEAPEST_FIRST -> standing;
            case YOUNGEST_FIRST -> standing.stream().sorted(YOUNGEST.reversed()).toList();
        };
    }

    /** Takes out the ends whose turn has not come: what is ordered to stop cannot be taken back. */
    void holdBack(List<Order> orders, List<Standing> standing, Set<String> stopping) {
        if (this == CHEAPEST_FIRST) {
            return;
        }
        var ending = new HashSet<>(stopping);
        orders.forEach(order -> {
            if (order instanceof Order.Stop(var replica)) {
                ending.add(replica);
            }
        });
        var early = standing.stream()
                .sorted(YOUNGEST)
                .map(Standing::id)
                .dropWhile(ending::contains)
                .toList();
        orders.removeIf(order -> order instanceof Order.Stop(var replica) && early.contains(replica));
    }
}
