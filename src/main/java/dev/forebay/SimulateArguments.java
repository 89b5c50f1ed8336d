package dev.forebay;

import dev.forebay.config.Nearest;
import dev.forebay.routing.Capacity;
import dev.forebay.simulation.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the arguments of {@code forebay simulate}. Each refusal names the option, what it needs and what it got. */
record SimulateArguments(List<String> nodepools) {
    private static final double RATE_MAX = 1_000_000;
    private static final double REQUESTS_MAX = 20_000_000;
    private static final Duration DURATION_MAX = Duration.ofDays(7);
    private static final Pattern TIME = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");

    List<Scenario.Phase> load(@Nullable String rate, @Nullable String duration, @Nullable String rates) {
        if ((rate == null) == (rates == null)) {
            throw wrong(
                    "--rate: need either --rate (with --duration) or --rates, got " + (rate == null ? "none" : "both"));
        }
        var load = new ArrayList<Scenario.Phase>();
        if (rate != null) {
            load.add(new Scenario.Phase(time("--duration", duration == null ? "1h" : duration), rate("--rate", rate)));
        } else {
            if (duration != null) {
                throw wrong("--duration: each of --rates has its own, as in 20@5m,60@10m");
            }
            for (var step : rates.split(",", -1)) {
                var parts = step.split("@", -1);
                if (parts.length != 2) {
                    throw wrong("--rates: need rate@time and commas between, as 20@5m,60@10m, got " + step);
                }
                load.add(new Scenario.Phase(time("--rates", parts[1]), rate("--rates", parts[0])));
            }
        }
        var length = load.stream().map(Scenario.Phase::length).reduce(Duration.ZERO, Duration::plus);
        if (length.compareTo(DURATION_MAX) > 0) {
            throw wrong("--duration: need at most 7 days in all, got " + length.toHours() + " h");
        }
        var requests = load.stream()
                .mapToDouble(phase -> phase.rate() * phase.length().toNanos() / 1e9)
                .sum();
        if (requests > REQUESTS_MAX) {
            throw wrong("--rate: need at most 20 million requests in all, got about " + Math.round(requests / 1e6)
                    + " million; choose a shorter time");
        }
        return load;
    }

    Map<String, Scenario.Behaviour> behaviours(
            List<String> coldStart, List<String> service, @Nullable String tokens, List<String> tokensPerSecond) {
        if (tokens != null && !service.isEmpty()) {
            throw wrong("--tokens: need either --tokens or --service-seconds, got both");
        }
        if (tokens == null && !tokensPerSecond.isEmpty()) {
            throw wrong("--tokens-per-second: has no effect without --tokens");
        }
        var cold = each("--cold-start", coldStart, Duration.ofSeconds(60), text -> time("--cold-start", text));
        var seconds = each("--service-seconds", service, 2.0, text -> number("--service-seconds", text, 0.001, 3600));
        var speed = each(
                "--tokens-per-second",
                tokensPerSecond,
                50.0,
                text -> number("--tokens-per-second", text, 0.1, 100_000));
        var behaviours = new HashMap<String, Scenario.Behaviour>();
        for (var nodepool : nodepools) {
            var served = tokens == null
                    ? seconds.apply(nodepool)
                    : number("--tokens", tokens, 1, 1_000_000) / speed.apply(nodepool);
            behaviours.put(
                    nodepool, new Scenario.Behaviour(cold.apply(nodepool), Duration.ofNanos((long) (served * 1e9))));
        }
        return behaviours;
    }

    /** Those of the deployment, each with a number of slots. */
    List<Capacity> capacities(List<Capacity> said, List<String> slots) {
        var given = each("--slots", slots, 0, text -> (int) number("--slots", text, 1, 10_000));
        var capacities = new ArrayList<Capacity>();
        for (var capacity : said) {
            var id = capacity.nodepool();
            if (nodepools.contains(id)) {
                var count = given.apply(id) > 0 ? given.apply(id) : capacity.slots();
                if (count == 0) {
                    throw wrong(
                            "--slots: nodepool " + id + " has no limit of requests at one replica, so that one would"
                                    + " take everything; say what it can serve at once, as --slots " + id + "=8");
                }
                capacities.add(new Capacity(
                        id,
                        count,
                        capacity.replicas(),
                        capacity.scalable(),
                        capacity.replicasMax(),
                        capacity.failover()));
            }
        }
        return capacities;
    }

    /** A value for every nodepool, and others for some. */
    private <T> Function<String, T> each(String option, List<String> texts, T otherwise, Function<String, T> parse) {
        var all = otherwise;
        var some = new HashMap<String, T>();
        for (var text : texts) {
            var equals = text.lastIndexOf('=');
            if (equals < 0) {
                all = parse.apply(text);
            } else {
                var nodepool = text.substring(0, equals);
                if (!nodepools.contains(nodepool)) {
                    throw wrong(
                            option + ": there is no nodepool \"" + nodepool + "\"" + Nearest.hint(nodepool, nodepools));
                }
                some.put(nodepool, parse.apply(text.substring(equals + 1)));
            }
        }
        var rest = all;
        return nodepool -> some.getOrDefault(nodepool, rest);
    }

    private static double rate(String option, String text) {
        return number(option, text, 0, RATE_MAX);
    }

    private static double number(String option, String text, double min, double max) {
        double number;
        try {
            number = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw StartFailure.ofArgument(option + ": need a number, got " + text, e);
        }
        if (!(number >= min && number <= max)) {
            throw wrong(option + ": need " + plain(min) + " to " + plain(max) + ", got " + text);
        }
        return number;
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    private static Duration time(String option, String text) {
        var matcher = TIME.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong(option + ": need a time such as 30s, 5m or 1h, got " + text);
        }
        var seconds = Double.parseDouble(matcher.group(1))
                * switch (matcher.group(2)) {
                    case "ms" -> 0.001;
                    case "m" -> 60;
                    case "h" -> 3600;
                    default -> 1;
                };
        if (!(seconds > 0 && seconds <= DURATION_MAX.toSeconds())) {
            throw wrong(option + ": need more than 0 and at most 7 days, got " + text);
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static StartFailure wrong(String message) {
        return StartFailure.ofArgument(message, null);
    }
}
