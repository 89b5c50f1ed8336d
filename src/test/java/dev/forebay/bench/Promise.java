package dev.forebay.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What users are promised of a figure.
 *
 * @param of whose figure is judged
 * @param must the bound that has to hold
 * @param goal the bound that is striven for
 */
record Promise(Row row, String of, Rule rule, double must, double goal) {
    /** What is compared with the bounds. */
    enum Rule {
        /** The figure as it is, which is to be at most the bound. */
        AT_MOST("≤ %s %s"),
        AT_LEAST("≥ %s"),
        /** As a multiple of nginx's. */
        TIMES_NGINX("≤ %s × nginx"),
        /** What it has more than nginx. */
        ABOVE_NGINX("≤ nginx + %s %s"),
        /** As a multiple of the relay lane's. */
        TIMES_RELAY("≤ %s × our relay");

        private final String words;

        Rule(String words) {
            this.words = words;
        }
    }

    static final List<Promise> ALL = List.of(
            new Promise(Row.CPU_1000, Target.FOREBAY, Rule.TIMES_NGINX, 1.75, 1.5),
            new Promise(Row.CPU_4000, Target.FOREBAY, Rule.TIMES_NGINX, 1.75, 1.5),
            new Promise(Row.CPU_SATURATED, Target.FOREBAY, Rule.TIMES_NGINX, 4.5, 2),
            new Promise(Row.CPU_SATURATED, Target.FOREBAY_IO_URING, Rule.TIMES_NGINX, 2.5, 2),
            new Promise(Row.CHUNK_100, Target.FOREBAY, Rule.TIMES_NGINX, 1.6, 1.3),
            new Promise(Row.CHUNK_1000, Target.FOREBAY, Rule.TIMES_NGINX, 1.6, 1.3),
            new Promise(Row.AGENT_CHUNK_100, Target.FOREBAY, Rule.TIMES_RELAY, 2, 1.5),
            new Promise(Row.LATENCY_1000, Target.FOREBAY, Rule.ABOVE_NGINX, 0.05, 0.02),
            new Promise(Row.LATENCY_4000, Target.FOREBAY, Rule.ABOVE_NGINX, 0.05, 0.02),
            new Promise(Row.FIRST_P50, Target.FOREBAY, Rule.ABOVE_NGINX, 5, 1),
            new Promise(Row.FIRST_P99, Target.FOREBAY, Rule.ABOVE_NGINX, 5, 1),
            new Promise(Row.STREAMS, Target.FOREBAY, Rule.AT_LEAST, 5000, 10_000),
            new Promise(Row.AGENT_ROUND, Target.FOREBAY, Rule.AT_MOST, 1, 0.5),
            new Promise(Row.RESIDENT_1000, Target.FOREBAY, Rule.AT_MOST, 200, 150),
            new Promise(Row.RESIDENT_STREAMS, Target.FOREBAY, Rule.AT_MOST, 400, 300),
            new Promise(Row.READY, Target.FOREBAY, Rule.AT_MOST, 1000, 500),
            new Promise(Row.GONE_STREAM_P99, Target.FOREBAY, Rule.AT_MOST, 100, 10),
            new Promise(Row.GONE_WHOLE_P99, Target.FOREBAY, Rule.AT_MOST, 100, 10),
            new Promise(Row.GONE_AGENT_P99, Target.FOREBAY, Rule.AT_MOST, 100, 10));

    /** What is compared with the bounds; empty where it, or what it is compared with, was not measured. */
    OptionalDouble measured(Figures figures) {
        return switch (rule) {
            case AT_MOST, AT_LEAST -> figures.median(row, of);
            case TIMES_NGINX -> figures.paired(row, of, row, Target.NGINX, (ours, theirs) -> ours / theirs);
            case ABOVE_NGINX -> figures.paired(row, of, row, Target.NGINX, (ours, theirs) -> ours - theirs);
            case TIMES_RELAY -> figures.paired(row, of, Row.CHUNK_100, of, (ours, theirs) -> ours / theirs);
        };
    }

    /** With the figures that it was made of. */
    String measuredText(Figures figures) {
        var measured = measured(figures);
        if (measured.isEmpty()) {
            return "–";
        }
        var value = Report.number(measured.getAsDouble());
        var unit = row.unit.isEmpty() ? "" : " " + row.unit;
        var own = figures.median(row, of).stream()
                        .mapToObj(Report::number)
                        .findFirst()
                        .orElse("")
                + unit;
        return switch (rule) {
            case AT_MOST, AT_LEAST -> value + unit;
            case TIMES_NGINX -> value + " × (" + own + ")";
            case ABOVE_NGINX ->
                "nginx " + (measured.getAsDouble() < 0 ? "− " : "+ ") + value.replaceFirst("^-", "") + unit + " (" + own
                        + ")";
            case TIMES_RELAY -> value + " × our relay (" + own + ")";
        };
    }

    String verdict(Figures figures) {
        var measured = measured(figures);
        if (measured.isEmpty()) {
            return "not measured";
        }
        var value = measured.getAsDouble();
        return isWithin(value, goal) ? "goal" : isWithin(value, must) ? "must" : "**missed**";
    }

    String bound(double bound) {
        return String.format(rule.words, Report.number(bound), row.unit).strip();
    }

    private boolean isWithin(double value, double bound) {
        return rule == Rule.AT_LEAST ? value >= bound : value <= bound;
    }
}
