package dev.forebay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The charts of README and docs/performance.md. What was not measured is left out of them. */
final class Charts {
    private final Machine machine;
    private final Figures figures;

    Charts(Machine machine, Figures figures) {
        this.machine = machine;
        this.figures = figures;
    }

    /** Those that there is something to show for. */
    List<BarChart> write(Path folder) throws IOException {
        var shown = Stream.of(cpu(), latency(), throughput(), memory())
                .filter(chart -> !chart.groups().isEmpty())
                .toList();
        for (var chart : shown) {
            Files.writeString(folder.resolve(chart.file()), chart.svg());
        }
        return shown;
    }

    private BarChart cpu() {
        return chart(
                "cpu.svg",
                "Processor time, as a multiple of nginx's",
                "One core, same run, logarithmic; shorter is better",
                true,
                group("a request at 1,000 a second", Row.CPU_1000, Row.TOP_RATE_CPU, this::timesNginx, " ×"),
                group("a streamed chunk, 100 streams", Row.CHUNK_100, Row.CHUNK_100, this::timesNginx, " ×"),
                group("a request on a saturated core", Row.CPU_SATURATED, Row.CPU_SATURATED, this::timesNginx, " ×"));
    }

    private BarChart throughput() {
        return chart(
                "throughput.svg",
                "Requests a second on one saturated core",
                "Closed loop of " + Wrk.CONNECTIONS + " connections, logarithmic; longer is better",
                true,
                group("", Row.SATURATED, Row.SATURATED, (row, _, target) -> figures.median(row, target), ""));
    }

    private BarChart latency() {
        return chart(
                "latency.svg",
                "Median latency added to a direct connection",
                "At 1,000 requests a second, or what a gateway can do at most, logarithmic; shorter is better",
                true,
                group("", Row.LATENCY_1000, Row.TOP_RATE_LATENCY, this::beyondDirect, " ms"));
    }

    private BarChart memory() {
        return chart(
                "memory.svg",
                "Resident memory after 1,000 requests",
                "Shorter is better",
                false,
                group(
                        "",
                        Row.RESIDENT_1000,
                        Row.RESIDENT_1000,
                        (row, _, target) -> figures.median(row, target),
                        " MiB"));
    }

    private interface Value {
        OptionalDouble of(Row row, Row reference, String target);
    }

    private OptionalDouble timesNginx(Row row, Row reference, String target) {
        return figures.paired(row, target, reference, Target.NGINX, (theirs, nginx) -> theirs / nginx);
    }

    private OptionalDouble beyondDirect(Row row, Row reference, String target) {
        return figures.paired(
                row, target, reference, Target.DIRECT, (theirs, direct) -> Math.max(0.001, theirs - direct));
    }

    /** @param otherwise the row for those that have no value in the first, at the highest rate that they serve */
    private BarChart.Group group(String heading, Row row, Row otherwise, Value value, String unit) {
        var bars = new ArrayList<BarChart.Bar>();
        for (var target : figures.targets()) {
            if (target.equals(Target.DIRECT)) {
                continue;
            }
            var first = value.of(row, row, target);
            if (first.isPresent()) {
                bars.add(bar(target, target, first.getAsDouble(), unit));
                continue;
            }
            var top = figures.median(Row.TOP_RATE, target);
            value.of(otherwise, row, target)
                    .ifPresent(it ->
                            bars.add(bar(target, target + " (at " + Report.number(top.orElse(0)) + "/s)", it, unit)));
        }
        return new BarChart.Group(heading, bars);
    }

    private static BarChart.Bar bar(String target, String label, double value, String unit) {
        var kind = target.startsWith(Target.FOREBAY)
                ? BarChart.Kind.OURS
                : target.equals(Target.NGINX) ? BarChart.Kind.REFERENCE : BarChart.Kind.OTHER;
        return new BarChart.Bar(label, value, Report.number(value) + unit, kind);
    }

    private BarChart chart(
            String file, String title, String subtitle, boolean isLogarithmic, BarChart.Group... groups) {
        var shown = List.of(groups).stream()
                .filter(group -> !group.bars().isEmpty())
                .toList();
        return new BarChart(file, title, subtitle, machine.line(), isLogarithmic, shown);
    }
}
