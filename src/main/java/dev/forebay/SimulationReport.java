package dev.forebay;

import dev.forebay.simulation.Outcome;
import dev.forebay.simulation.Scenario;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The answers of a simulation as text. */
record SimulationReport(Scenario scenario, long seed, Outcome outcome) {
    private static final int DECISIONS_MAX = 20;

    private static final List<String> HEAD =
            List.of("nodepool", "replicas max", "mean", "share", "utilisation", "cold starts", "open");

    void print(PrintWriter out) {
        out.println("model " + scenario.deployment().model() + ": " + count(outcome.arrived()) + " requests in "
                + time(scenario.length()) + " of virtual time, seed " + seed);
        out.println();
        table(out);
        out.println();
        out.println("served   " + count(outcome.served()) + " (" + percent(outcome.served(), outcome.arrived()) + ")"
                + (outcome.inFlight() + outcome.queued() == 0
                        ? ""
                        : "; at the end " + count(outcome.inFlight()) + " in flight, " + count(outcome.queued())
                                + " queued"));
        out.println("refused  " + refused());
        var waits = outcome.waits();
        out.println("queue    waited " + time(waits.get(0)) + " at the median, " + time(waits.get(1))
                + " at p99, at most " + time(waits.get(2)) + "; most at once " + count(outcome.queuedMax()));
        if (!outcome.decisions().isEmpty()) {
            out.println();
            outcome.decisions().stream().limit(DECISIONS_MAX).forEach(out::println);
            var more = outcome.decisions().size() - DECISIONS_MAX;
            if (more > 0) {
                out.println("and " + more + " decisions more");
            }
        }
    }

    private void table(PrintWriter out) {
        var rows = new ArrayList<List<String>>();
        rows.add(HEAD);
        var seconds = Math.max(1, outcome.samples().size());
        for (var pool : outcome.pools()) {
            rows.add(List.of(
                    pool.nodepool(),
                    String.valueOf(pool.replicasMax()),
                    String.format(Locale.ROOT, "%.1f", pool.replicaSeconds() / seconds),
                    percent(pool.share()),
                    percent(pool.utilisation()),
                    String.valueOf(pool.started()),
                    open(pool, seconds)));
        }
        for (var row : rows) {
            var line = new StringBuilder();
            for (var column = 0; column < row.size(); column++) {
                var cell = row.get(column);
                var index = column;
                var width = rows.stream()
                        .mapToInt(each -> each.get(index).length())
                        .max()
                        .orElse(0);
                var padding = " ".repeat(width - cell.length());
                line.append(column == 0 ? cell + padding : "  " + padding + cell);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String open(Outcome.Pool pool, int seconds) {
        if (pool.openSeconds() >= seconds) {
            return "always";
        }
        return switch (pool.opened()) {
            case 0 -> "never";
            case 1 -> "once, " + time(Duration.ofSeconds(pool.openSeconds()));
            default -> pool.opened() + " times, " + time(Duration.ofSeconds(pool.openSeconds()));
        };
    }

    private String refused() {
        var all = outcome.refused().values().stream().mapToLong(Long::longValue).sum();
        if (all == 0) {
            return "none";
        }
        var reasons = new ArrayList<String>();
        outcome.refused().forEach((word, number) -> reasons.add(word + " " + count(number)));
        return count(all) + " (" + percent(all, outcome.arrived()) + "): " + String.join(", ", reasons);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String percent(long part, long whole) {
        return percent(whole == 0 ? 0 : (double) part / whole);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String time(Duration time) {
        var millis = time.toMillis();
        if (millis < 10_000) {
            return millis < 1000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        var seconds = time.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200
                ? seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s")
                : seconds / 3600 + " h" + (seconds % 3600 < 60 ? "" : " " + seconds % 3600 / 60 + " min");
    }
}
