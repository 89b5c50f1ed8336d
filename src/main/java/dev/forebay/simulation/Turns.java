package dev.forebay.simulation;

import static dev.forebay.simulation.BrokenInvariant.need;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys take turns (I8): over any while in which two of them wait, the tokens given to them differ by a quantum and twice
 * the largest request at most, which is what deficit round robin promises (Shreedhar and Varghese, 1995).
 */
final class Turns {
    private static final int QUANTUM_TOKENS = 512;

    private record Pair(Waiting.Row one, Waiting.Row other) {}

    private final Waiting waiting;
    private final List<String> keys = new ArrayList<>();
    private final long bound;
    private final boolean fair;
    private final Map<Pair, Long> ahead = new HashMap<>();

    Turns(Scenario scenario, Waiting waiting) {
        this.waiting = waiting;
        var clients = scenario.clients();
        for (var i = 0; i < clients.keys(); i++) {
            keys.add("key-" + i);
        }
        this.bound = QUANTUM_TOKENS + 2 * (2L * clients.tokens());
        // What is tried again goes before the rest of its key, and not to every replica; and what a key has saved for a
        // large request is gone with it if that leaves.
        this.fair = clients.keys() > 1
                && clients.cancelled() == 0
                && scenario.faults().kills() == 0
                && scenario.faults().outages().isEmpty();
    }

    /** Before it leaves those who wait. */
    void granted(SimulatedRequest request) {
        if (!fair) {
            return;
        }
        var row = Waiting.row(request);
        for (var key : keys) {
            var other = new Waiting.Row(row.priority(), key);
            if (other.equals(row)) {
                continue;
            }
            if (waiting.isAnyOf(other)) {
                var lead = ahead.merge(
                        new Pair(row, other), (long) request.arrival().tokens(), Long::sum);
                ahead.put(new Pair(other, row), -lead);
                need(
                        lead <= bound,
                        "I8: " + row.tenant() + " was given " + lead + " tokens more than " + key
                                + " while both waited");
            }
        }
    }

    /** Somebody waits no longer: with a key of which nobody waits, the count begins anew. */
    void forget(Waiting.Row row) {
        if (fair && !waiting.isAnyOf(row)) {
            ahead.keySet().removeIf(pair -> pair.one.equals(row) || pair.other.equals(row));
        }
    }
}
