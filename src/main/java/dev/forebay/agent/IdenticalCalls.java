package dev.forebay.agent;

import java.util.HashMap;
import java.util.Map;

/**
 * Breaks the circle of a model that makes the same call over and over. A call is refused once it has given the same
 * result as often as it may; a result that changes, as when a job is polled, starts the count anew.
 */
final class IdenticalCalls {
    private final int max;
    private final Map<String, Count> counts = new HashMap<>();

    private static final class Count {
        private int running;
        private int same;
        private String lastResult = "";
    }

    IdenticalCalls(int max) {
        this.max = max;
    }

    /** @return false if the call must not be run again */
    boolean start(String call) {
        var count = counts.computeIfAbsent(call, _ -> new Count());
        if (count.same + count.running >= max) {
            return false;
        }
        count.running++;
        return true;
    }

    void end(String call, String result) {
        var count = counts.computeIfAbsent(call, _ -> new Count());
        count.running--;
        count.same = result.equals(count.lastResult) ? count.same + 1 : 1;
        count.lastResult = result;
    }
}
