package dev.forebay.routing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How many of a deployment's requests went to each of its nodepools, and why. Guarded by the deployment's lock. */
final class PlacedCounts {
    // Cells, since a count goes up with each request.
    private final List<Map<PlacedBy, long[]>> counts = new ArrayList<>();

    PlacedCounts(int nodepools) {
        for (var rank = 0; rank < nodepools; rank++) {
            var none = new EnumMap<PlacedBy, long[]>(PlacedBy.class);
            for (var why : PlacedBy.values()) {
                none.put(why, new long[1]);
            }
            counts.add(none);
        }
    }

    /** @param was the rank that the nodepool had before */
    void inherit(int rank, PlacedCounts before, int was) {
        before.counts.get(was).forEach((why, count) -> counts.get(rank).put(why, count.clone()));
    }

    void add(int rank, PlacedBy why) {
        Objects.requireNonNull(counts.get(rank).get(why))[0]++;
    }

    Map<PlacedBy, Long> of(int rank) {
        var placed = new EnumMap<PlacedBy, Long>(PlacedBy.class);
        counts.get(rank).forEach((why, count) -> placed.put(why, count[0]));
        return placed;
    }

    /** Of all, from 0 to 1. */
    double share(int rank) {
        var all = 0L;
        for (var nodepool : counts) {
            all += sum(nodepool);
        }
        return all == 0 ? 0 : (double) sum(counts.get(rank)) / all;
    }

    private static long sum(Map<PlacedBy, long[]> nodepool) {
        return nodepool.values().stream().mapToLong(count -> count[0]).sum();
    }
}
