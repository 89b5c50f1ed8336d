package dev.forebay;

import dev.forebay.simulation.Outcome;
import dev.forebay.simulation.Scenario;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Queue, replicas and shares of a simulation over its time, in blocks of text. */
record SimulationPlot(Scenario scenario, Outcome outcome, int columns) {
    private static final String BLOCKS = " ▁▂▃▄▅▆▇█";
    private static final int HEIGHT = 3;

    void print(PrintWriter out) {
        var samples = outcome.samples();
        if (samples.isEmpty()) {
            return;
        }
        chart(out, "queued", samples, sample -> sample.queued(), 0, true);
        var nodepools = scenario.deployment().nodepoolIds();
        for (var rank = 0; rank < nodepools.size(); rank++) {
            var of = rank;
            chart(
                    out,
                    nodepools.get(rank) + ": replicas ready",
                    samples,
                    sample -> sample.ready().get(of),
                    0,
                    false);
            chart(
                    out,
                    nodepools.get(rank) + ": % of the requests in flight",
                    samples,
                    sample -> share(sample, of),
                    100,
                    false);
        }
        out.println("0" + " ".repeat(Math.max(1, width(samples) - 1 - end().length())) + end());
    }

    private String end() {
        return SimulationReport.time(scenario.length());
    }

    private int width(List<Outcome.Sample> samples) {
        return Math.min(columns, samples.size());
    }

    /**
     * @param top of the scale; 0 for the highest value
     * @param peaks whether a bar is the highest of its values, else their mean
     */
    private void chart(
            PrintWriter out,
            String title,
            List<Outcome.Sample> samples,
            ToDoubleFunction<Outcome.Sample> value,
            double top,
            boolean peaks) {
        var bars = new double[width(samples)];
        for (var bar = 0; bar < bars.length; bar++) {
            var from = (int) ((long) bar * samples.size() / bars.length);
            var to = (int) ((long) (bar + 1) * samples.size() / bars.length);
            var values = samples.subList(from, to).stream().mapToDouble(value).summaryStatistics();
            bars[bar] = peaks ? values.getMax() : values.getAverage();
        }
        var highest = Arrays.stream(bars).max().orElse(0);
        var scale = Math.max(1, top > 0 ? top : highest);
        out.println();
        out.println(title + String.format(Locale.ROOT, ", at most %.0f", highest));
        for (var row = HEIGHT - 1; row >= 0; row--) {
            var line = new StringBuilder();
            for (var bar : bars) {
                // What is more than nothing shows.
                var eighths = (int) Math.ceil(bar / scale * HEIGHT * 8 - 1e-9) - row * 8;
                line.append(BLOCKS.charAt(Math.clamp(eighths, 0, 8)));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static double share(Outcome.Sample sample, int rank) {
        var all = sample.inFlight().stream().mapToInt(Integer::intValue).sum();
        return all == 0 ? 0 : 100.0 * sample.inFlight().get(rank) / all;
    }
}
