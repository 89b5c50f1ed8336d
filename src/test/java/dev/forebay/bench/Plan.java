package dev.forebay.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one run does, from the system properties {@code bench.*} that docs/performance.md lists.
 *
 * @param windows of each row; medians need three
 * @param warming how long each kind of load is run before it counts
 * @param starts that the rows about starting are medians of
 * @param streams opened at once, once, to see whether one loses a frame
 * @param transports further gateways beside the one with the default transport
 * @param peers other gateways to measure in the same run, by the names that {@code src/test/bench/peers} knows
 * @param publish whether charts and table go into docs/ too
 * @param brief whether all that counts is that everything runs
 * @param routing whether to measure how routing reacts instead of the benchmark
 * @param soak zero for the benchmark, else how long the soak is to last instead
 */
record Plan(
        int windows,
        Duration window,
        Duration warming,
        int starts,
        int streams,
        List<String> transports,
        List<String> peers,
        boolean publish,
        boolean brief,
        boolean routing,
        Duration soak) {
    static final Duration SETTLING = Duration.ofMillis(500);

    static Plan ofProperties() {
        var brief = Boolean.parseBoolean(text("bench.brief", "false"));
        return new Plan(
                number("bench.windows", brief ? 1 : 3),
                Duration.ofMillis(number("bench.window.millis", brief ? 1000 : 4000)),
                Duration.ofMillis(number("bench.warming.millis", brief ? 1000 : 8000)),
                number("bench.starts", brief ? 1 : 5),
                number("bench.streams", brief ? 500 : 5000),
                names("bench.transports", brief ? "none" : "io_uring"),
                names("bench.peers", ""),
                Boolean.parseBoolean(text("bench.publish", "false")),
                brief,
                Boolean.parseBoolean(text("bench.routing", "false")),
                Duration.ofMinutes(number("bench.soak.minutes", 0)));
    }

    private static int number(String property, int otherwise) {
        return Integer.parseInt(text(property, Integer.toString(otherwise)));
    }

    /** {@code none} is an empty list. */
    private static List<String> names(String property, String otherwise) {
        return Stream.of(text(property, otherwise).split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty() && !name.equals("none"))
                .toList();
    }

    /** Maven hands on what is not set as an empty text. */
    private static String text(String property, String otherwise) {
        var text = System.getProperty(property, "").strip();
        return text.isEmpty() ? otherwise : text;
    }
}
