package dev.forebay.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The figures as Markdown, as JSON and as charts, in target/bench and, if the plan says so, in docs/. */
final class Report {
    private static final Path FOLDER = Path.of("target/bench");
    private static final Path PAGE = Path.of("docs/performance.md");
    private static final Path IMAGES = Path.of("docs/images");
    private static final Pattern FIGURES =
            Pattern.compile("(?s)(<!-- figures: written by the benchmark -->\n).*?(<!-- end of figures -->)");

    private final Machine machine;
    private final Plan plan;
    private final Figures figures;
    private final List<String> targets;

    Report(Machine machine, Plan plan, Figures figures) {
        this.machine = machine;
        this.plan = plan;
        this.figures = figures;
        this.targets = figures.targets();
    }

    /** Rows of the gateway without a window that counts. */
    List<Row> missing() {
        return Arrays.stream(Row.values())
                .filter(Row::isOfEvery)
                .filter(row -> figures.of(row, Target.FOREBAY).isEmpty())
                .toList();
    }

    String markdown() {
        return "Measured on " + machine.line() + "; medians of " + plan.windows() + " windows of "
                + number(plan.window().toMillis() / 1000.0) + " s, of " + plan.starts() + " starts.\n\n"
                + promises() + "\n" + rows() + "\n" + notes();
    }

    void write() throws IOException {
        Files.writeString(FOLDER.resolve("figures.md"), markdown());
        Files.writeString(FOLDER.resolve("figures.json"), FiguresJson.of(machine, plan, figures));
        var charts = new Charts(machine, figures);
        charts.write(FOLDER);
        if (plan.publish()) {
            Files.createDirectories(IMAGES);
            var links = charts.write(IMAGES).stream()
                    .map(chart -> "![" + chart.title() + "](images/" + chart.file() + ")\n\n")
                    .collect(Collectors.joining());
            var text = Matcher.quoteReplacement("\n" + links + markdown() + "\n");
            Files.writeString(PAGE, FIGURES.matcher(Files.readString(PAGE)).replaceFirst("$1" + text + "$2"));
        }
    }

    /** Three significant digits; all those before the point. */
    static String number(double value) {
        var rounded = Math.abs(value) >= 100
                ? BigDecimal.valueOf(value).setScale(0, RoundingMode.HALF_UP)
                : BigDecimal.valueOf(value).round(new MathContext(3));
        return String.format(
                Locale.ROOT, "%,." + Math.max(0, rounded.stripTrailingZeros().scale()) + "f", rounded);
    }

    private String promises() {
        var text = new StringBuilder("| promise | measured | must | goal | verdict |\n|---|---|---|---|---|\n");
        for (var promise : Promise.ALL) {
            text.append("| ")
                    .append(promise.row().title)
                    .append(promise.of().equals(Target.FOREBAY) ? "" : " (" + promise.of() + ")")
                    .append(" | ")
                    .append(promise.measuredText(figures))
                    .append(" | ")
                    .append(promise.bound(promise.must()))
                    .append(" | ")
                    .append(promise.bound(promise.goal()))
                    .append(" | ")
                    .append(promise.verdict(figures))
                    .append(" |\n");
        }
        return text.toString();
    }

    private String rows() {
        var text = new StringBuilder("| figure | " + String.join(" | ", targets) + " | windows of forebay |\n|---|"
                + "---|".repeat(targets.size() + 1) + "\n");
        for (var row : Row.values()) {
            if (targets.stream().allMatch(target -> figures.of(row, target).isEmpty())) {
                continue;
            }
            text.append("| ").append(row.label());
            targets.forEach(target -> text.append(" | ").append(text(figures.median(row, target))));
            text.append(" | ").append(spread(figures.of(row, Target.FOREBAY))).append(" |\n");
        }
        return text.toString();
    }

    private String notes() {
        return figures.notes().stream().map(note -> "- " + note + "\n").collect(Collectors.joining());
    }

    private static String text(OptionalDouble value) {
        return value.isPresent() ? number(value.getAsDouble()) : "–";
    }

    private static String spread(List<Double> windows) {
        var sorted = new ArrayList<>(windows);
        sorted.sort(Double::compare);
        return sorted.isEmpty()
                ? "–"
                : sorted.size() == 1
                        ? "one"
                        : sorted.size() + ": " + number(sorted.getFirst()) + " to " + number(sorted.getLast());
    }
}
