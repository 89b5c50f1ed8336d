package dev.forebay.simulation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of a run that broke an invariant, the smallest part that still breaks it: requests and faults are left out in ever
 * smaller pieces (delta debugging, Zeller), then all is moved closer together. Each request keeps its own chances, so that
 * leaving one out changes nothing of the others. The same seed gives the same trace.
 */
final class Shortest {
    private static final int RUNS_MAX = 1000;

    private final Scenario scenario;
    private final long seed;
    private final Watch watch;
    private final String invariant;
    private int runs;
    private BrokenInvariant broken;

    private Shortest(Scenario scenario, long seed, Watch watch, BrokenInvariant broken) {
        this.scenario = scenario;
        this.seed = seed;
        this.watch = watch;
        this.invariant = broken.invariant();
        this.broken = broken;
    }

    /** Runs the scenario; if it breaks an invariant, fails with the shortest trace of it. */
    static Outcome run(Scenario scenario, long seed) {
        return run(scenario, seed, Watch.closely());
    }

    static Outcome run(Scenario scenario, long seed, Watch watch) {
        var whole = Workload.of(scenario, seed);
        var came = new ArrayList<Arrival>();
        try {
            return Simulation.run(
                    scenario,
                    new Workload(() -> noting(whole.arrivals().iterator(), came), whole.faults()),
                    seed,
                    watch);
        } catch (BrokenInvariant e) {
            throw new AssertionError(new Shortest(scenario, seed, watch, e).trace(came, whole.faults()), e);
        }
    }

    private static Iterator<Arrival> noting(Iterator<Arrival> arrivals, List<Arrival> came) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return arrivals.hasNext();
            }

            @Override
            public Arrival next() {
                came.add(arrivals.next());
                return came.getLast();
            }
        };
    }

    private String trace(List<Arrival> came, List<Fault> suffered) {
        var arrivals = came;
        var faults = suffered;
        for (var before = -1; before != arrivals.size() + faults.size() && runs < RUNS_MAX; ) {
            before = arrivals.size() + faults.size();
            var those = arrivals;
            faults = fewer(faults, kept -> breaks(those, kept));
            var these = faults;
            arrivals = fewer(arrivals, kept -> breaks(kept, these));
        }
        for (List<Arrival> closer;
                runs < RUNS_MAX && breaks(closer = closer(arrivals), faults) && !closer.equals(arrivals); ) {
            arrivals = closer;
        }
        var journal = Journal.kept();
        attempt(arrivals, faults, watch.with(journal));
        return broken.getMessage() + "\nseed " + seed + ", of which " + arrivals.size() + " requests and "
                + faults.size() + " faults in " + broken.after().toMillis() + " ms of virtual time are enough:\n"
                + String.join("\n", journal.lines());
    }

    private interface Enough<T> {
        boolean test(List<T> kept);
    }

    private <T> List<T> fewer(List<T> all, Enough<T> enough) {
        var kept = all;
        if (!kept.isEmpty() && enough.test(List.of())) {
            return List.of();
        }
        for (var piece = Math.max(1, kept.size() / 2); piece > 0 && runs < RUNS_MAX; ) {
            var before = kept.size();
            for (var from = 0; from < kept.size() && runs < RUNS_MAX; ) {
                var rest = new ArrayList<>(kept.subList(0, from));
                rest.addAll(kept.subList(Math.min(kept.size(), from + piece), kept.size()));
                if (enough.test(rest)) {
                    kept = rest;
                } else {
                    from += piece;
                }
            }
            if (piece > 1 || kept.size() == before) {
                piece /= 2;
            }
        }
        return kept;
    }

    private static List<Arrival> closer(List<Arrival> arrivals) {
        return arrivals.stream()
                .map(each -> new Arrival(
                        each.number(),
                        each.atNanos() / 2,
                        each.service(),
                        each.leavesAfterNanos(),
                        each.deadlineNanos(),
                        each.tenant(),
                        each.priority(),
                        each.tokens()))
                .toList();
    }

    private boolean breaks(List<Arrival> arrivals, List<Fault> faults) {
        runs++;
        var how = attempt(arrivals, faults, watch);
        if (how == null || !how.invariant().equals(invariant)) {
            return false;
        }
        broken = how;
        return true;
    }

    private @Nullable BrokenInvariant attempt(List<Arrival> arrivals, List<Fault> faults, Watch closely) {
        try {
            Simulation.run(scenario, new Workload(arrivals, faults), seed, closely);
            return null;
        } catch (BrokenInvariant e) {
            return e;
        }
    }
}
