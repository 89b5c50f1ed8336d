package dev.forebay.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures of several windows, printed as their medians in Markdown, with the gateway's share of nginx's beside them. */
final class Table {
    private record Cell(String row, String figure) {}

    private final Map<Cell, Map<String, List<Double>>> values = new LinkedHashMap<>();

    void add(String row, String target, String figure, double value) {
        values.computeIfAbsent(new Cell(row, figure), _ -> new LinkedHashMap<>())
                .computeIfAbsent(target, _ -> new ArrayList<>())
                .add(value);
    }

    void print() {
        System.out.println(
                "| | figure | direct | nginx | forebay | forebay to nginx | lowest and highest of forebay |");
        System.out.println("|---|---|---|---|---|---|---|");
        values.forEach((cell, byTarget) -> System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s |%n",
                cell.row,
                cell.figure,
                median(byTarget, "direct"),
                median(byTarget, "nginx"),
                median(byTarget, "forebay"),
                ratio(byTarget),
                spread(byTarget.getOrDefault("forebay", List.of()))));
    }

    private static String median(Map<String, List<Double>> byTarget, String target) {
        var of = byTarget.get(target);
        return of == null ? "" : text(median(of));
    }

    private static String ratio(Map<String, List<Double>> byTarget) {
        var ours = byTarget.get("forebay");
        var theirs = byTarget.get("nginx");
        return ours == null || theirs == null ? "" : String.format(Locale.ROOT, "%.2f", median(ours) / median(theirs));
    }

    private static String spread(List<Double> of) {
        return of.size() < 2
                ? ""
                : text(of.stream().min(Double::compare).orElseThrow()) + " to "
                        + text(of.stream().max(Double::compare).orElseThrow());
    }

    private static double median(List<Double> of) {
        var sorted = of.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
    }
}
