package dev.forebay.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;

/** What was measured: for each row and target a value a window, and why some are missing. */
final class Figures {
    private final Map<Row, Map<String, TreeMap<Integer, Double>>> values = new EnumMap<>(Row.class);
    private final Set<String> targets = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    private int window;

    /** What is added from now on belongs to that window. */
    void window(int number) {
        window = number;
    }

    void add(Row row, Target target, double value) {
        targets.add(target.name());
        values.computeIfAbsent(row, _ -> new LinkedHashMap<>())
                .computeIfAbsent(target.name(), _ -> new TreeMap<>())
                .put(window, value);
    }

    /** Says at once and in the report why a value is not there. */
    void note(String note) {
        System.out.println(note);
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    /** All that have a value, in the order in which they first got one. */
    List<String> targets() {
        return List.copyOf(targets);
    }

    List<Double> of(Row row, String target) {
        return List.copyOf(windows(row, target).values());
    }

    OptionalDouble median(Row row, String target) {
        return median(of(row, target));
    }

    /** The median over the windows that both have of what the operator makes of their values. */
    OptionalDouble paired(Row row, String target, Row otherRow, String other, DoubleBinaryOperator operator) {
        var others = windows(otherRow, other);
        return median(windows(row, target).entrySet().stream()
                .filter(entry -> others.containsKey(entry.getKey()))
                .map(entry -> operator.applyAsDouble(entry.getValue(), others.get(entry.getKey())))
                .toList());
    }

    static OptionalDouble median(List<Double> of) {
        var sorted = of.stream().sorted().toList();
        var half = sorted.size() / 2;
        return sorted.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2);
    }

    private TreeMap<Integer, Double> windows(Row row, String target) {
        return values.getOrDefault(row, Map.of()).getOrDefault(target, new TreeMap<>());
    }
}
