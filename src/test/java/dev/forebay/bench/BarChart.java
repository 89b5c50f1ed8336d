package dev.forebay.bench;

import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars with their values as text, as SVG that suits a light and a dark page.
 *
 * @param file the name of its file
 * @param isLogarithmic for values that lie orders of magnitude apart; bars then begin at the axis' least value
 */
record BarChart(String file, String title, String subtitle, String footer, boolean isLogarithmic, List<Group> groups) {
    /** Bars under one heading. */
    record Group(String heading, List<Bar> bars) {}

    record Bar(String label, double value, String text, Kind kind) {}

    enum Kind {
        OURS,
        REFERENCE,
        OTHER
    }

    private static final int WIDTH = 760;
    private static final int LABEL_WIDTH = 190;
    private static final int BAR_WIDTH = 440;
    private static final int LINE = 22;
    private static final String STYLE = """
            <style>
            text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
            .title { font-size: 16px; font-weight: 600; } .heading { font-weight: 600; }
            .small { font-size: 11px; fill: #59636e; }
            .ours { fill: #0a7d8c; } .reference { fill: #818b98; } .other { fill: #c4a24c; }
            @media (prefers-color-scheme: dark) {
              text { fill: #f0f6fc; } .small { fill: #9198a1; }
              .ours { fill: #39c5cf; } .reference { fill: #818b98; } .other { fill: #d4b45f; }
            }
            </style>
            """;

    String svg() {
        var bars = groups.stream().mapToInt(group -> group.bars.size()).sum();
        var height = 62 + groups.size() * 30 + bars * LINE + 30;
        var svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\""
                        + " aria-label=\"%s\">%n",
                WIDTH,
                height,
                WIDTH,
                height,
                escaped(title)));
        svg.append(STYLE);
        text(svg, 12, 24, "title", title);
        text(svg, 12, 44, "small", subtitle);
        var y = 62;
        for (var group : groups) {
            y += 20;
            text(svg, 12, y, "heading", group.heading);
            y += 10;
            for (var bar : group.bars) {
                bar(svg, y, bar);
                y += LINE;
            }
        }
        text(svg, 12, height - 10, "small", footer);
        return svg.append("</svg>\n").toString();
    }

    private void bar(StringBuilder svg, int y, Bar bar) {
        var width = Math.max(2, BAR_WIDTH * share(bar.value));
        text(svg, 24, y + 15, "", bar.label);
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                bar.kind.name().toLowerCase(Locale.ROOT),
                LABEL_WIDTH,
                y + 3,
                width,
                LINE - 6));
        text(svg, (int) (LABEL_WIDTH + width) + 8, y + 15, "", bar.text);
    }

    /** Of the longest bar. On the logarithmic axis the least value keeps a visible length of its own. */
    private double share(double value) {
        var values = groups.stream().flatMap(group -> group.bars.stream()).mapToDouble(Bar::value);
        var statistics = values.summaryStatistics();
        if (!isLogarithmic) {
            return value / statistics.getMax();
        }
        var least = statistics.getMin() / 1.5;
        return Math.log(value / least) / Math.log(statistics.getMax() / least);
    }

    private static void text(StringBuilder svg, int x, int y, String style, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>%n", x, y, style, escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
