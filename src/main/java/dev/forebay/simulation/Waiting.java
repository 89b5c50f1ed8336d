package dev.forebay.simulation;

import static dev.forebay.simulation.BrokenInvariant.need;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who waits, as the clients see it: what the router's own line is compared to. */
final class Waiting {
    /** Whose requests go by arrival among themselves. */
    record Row(int priority, String tenant) {}

    private static final class Count {
        int first;
        int again;
    }

    private final VirtualTime time;
    private final long tickNanos;
    private final Map<Row, Set<SimulatedRequest>> rows = new HashMap<>();
    // The highest priority comes last.
    private final TreeMap<Integer, Count> byPriority = new TreeMap<>();

    /** @param tickNanos how late the router may notice that a deadline is over */
    Waiting(VirtualTime time, long tickNanos) {
        this.time = time;
        this.tickNanos = tickNanos;
    }

    void enter(SimulatedRequest request) {
        var count = byPriority.computeIfAbsent(request.arrival().priority(), _ -> new Count());
        if (request.isAnotherTry()) {
            count.again++;
        } else {
            count.first++;
            rows.computeIfAbsent(row(request), _ -> new LinkedHashSet<>()).add(request);
        }
    }

    void leave(SimulatedRequest request) {
        checkDeadline(request);
        var priority = request.arrival().priority();
        var count = byPriority.get(priority);
        if (count == null) {
            throw new BrokenInvariant("I7: request " + request.number() + " stops waiting, which it did not");
        }
        if (request.isAnotherTry()) {
            count.again--;
        } else {
            count.first--;
            var row = rows.get(row(request));
            if (row != null && row.remove(request) && row.isEmpty()) {
                rows.remove(row(request));
            }
        }
        if (count.first + count.again == 0) {
            byPriority.remove(priority);
        }
    }

    void checkDeadlines() {
        rows.values().forEach(row -> row.forEach(this::checkDeadline));
    }

    private void checkDeadline(SimulatedRequest request) {
        var late =
                time.nanos() - request.arrival().atNanos() - request.arrival().deadlineNanos();
        need(late <= tickNanos, "I7: request " + request.number() + " waits " + late / 1_000_000 + " ms too long");
    }

    /** Null if nobody of it waits for a first try. */
    @Nullable
    SimulatedRequest firstOf(Row row) {
        var waiting = rows.get(row);
        return waiting == null ? null : waiting.iterator().next();
    }

    boolean isAnyOf(Row row) {
        return rows.containsKey(row);
    }

    /** Whether the highest of the priorities that wait has a request that may go to any replica. */
    boolean isSomeoneToBeServedFirst() {
        var highest = byPriority.lastEntry();
        return highest != null && highest.getValue().first > 0;
    }

    static Row row(SimulatedRequest request) {
        return new Row(request.arrival().priority(), request.arrival().tenant());
    }
}
