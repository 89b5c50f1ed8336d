package dev.forebay.bench;

import java.util.List;

/**
 * One row of the table about routing.
 *
 * @param values one of each time that it was measured
 * @param aim at most this; negative where there is none
 */
record RoutingLine(String what, String unit, List<Double> values, double aim) {
    static final String HEAD = "| | median | lowest to highest | aim | |\n|---|---|---|---|---|\n";

    String text() {
        var sorted = values.stream().sorted().toList();
        var median = Figures.median(values).orElse(Double.NaN);
        return "| " + what + " | " + number(median) + " | "
                + (sorted.isEmpty() ? "–" : number(sorted.getFirst()) + " to " + number(sorted.getLast())) + " | "
                + (aim < 0 ? "" : "≤ " + number(aim)) + " | "
                + (aim < 0 ? "" : median <= aim ? "met" : "**missed**") + " |\n";
    }

    private String number(double value) {
        return Double.isNaN(value) ? "–" : (Report.number(value) + " " + unit).strip();
    }
}
