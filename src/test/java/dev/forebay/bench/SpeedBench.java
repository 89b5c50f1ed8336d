package dev.forebay.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a relayed request, a streamed chunk and an agent's round cost, beside a direct connection and nginx, in windows
 * that take turns. Prints medians over the windows; a window with a failed request does not count. How to run it and what
 * it gave stands in docs/performance.md.
 */
final class SpeedBench {
    private static final int WINDOWS = Integer.getInteger("bench.windows", 3);
    private static final Duration WINDOW = Duration.ofMillis(Integer.getInteger("bench.window.millis", 6000));
    private static final Duration SETTLING = Duration.ofMillis(500);
    private static final Duration WARMING = Duration.ofSeconds(15);
    private static final Duration OPENING = Duration.ofSeconds(2);
    private static final List<Integer> RATES = List.of(1000, 4000);
    private static final int STREAMS = 100;
    private static final int CHUNKS = 150;
    private static final String SHAPE = CHUNKS + "x20";
    private static final int ROUNDS = 300;

    private final Load load = new Load();
    private final Table table = new Table();

    private SpeedBench() {}

    static void run() throws Exception {
        var bench = new SpeedBench();
        try (var stage = new Stage();
                bench.load) {
            stage.recordCache();
            bench.measure(stage);
        }
    }

    private void measure(Stage stage) throws Exception {
        var targets = new ArrayList<>(List.of(stage.direct()));
        stage.nginx()
                .ifPresentOrElse(targets::add, () -> System.out.println("nginx is not installed: no ratios to it"));
        var gateway = stage.gateway();
        targets.add(gateway);
        firstRequests(targets);
        warm(targets, gateway);
        for (var window = 0; window < WINDOWS; window++) {
            for (var rate : RATES) {
                for (var target : targets) {
                    requests(target, rate);
                }
            }
            for (var target : targets) {
                streams(target, Target.PLAIN, "stream");
            }
            streams(gateway, Target.AGENT, "agent stream");
            rounds(stage.direct(), gateway, table);
            System.out.println("window " + (window + 1) + " of " + WINDOWS + " done");
        }
        table.print();
    }

    /** The generator itself must be warm before it may judge. */
    private void firstRequests(List<Target> targets) throws Exception {
        var body = Target.whole(Target.PLAIN);
        load.openLoop(targets.getFirst(), body, 1000, Duration.ofSeconds(5));
        for (var target : targets) {
            var first = load.openLoop(target, body, 100, Duration.ofSeconds(5));
            table.add("first 500 at 100/s", target.name(), "p50 ms", first.millis(0.5));
            table.add("first 500 at 100/s", target.name(), "p99 ms", first.millis(0.99));
        }
        resident(targets, "resident after 500");
    }

    private void warm(List<Target> targets, Target gateway) throws Exception {
        for (var target : targets) {
            for (var rate : List.of(500, 1000, 2000, 3000, 4000)) {
                load.openLoop(target, Target.whole(Target.PLAIN), rate, Duration.ofSeconds(4));
            }
        }
        resident(targets, "resident after 40,000");
        for (var target : targets) {
            readStreams(target, Target.PLAIN);
        }
        readStreams(gateway, Target.AGENT);
        rounds(targets.getFirst(), gateway, new Table());
    }

    private void requests(Target target, int rate) throws Exception {
        var body = Target.whole(Target.PLAIN);
        load.openLoop(target, body, rate, SETTLING);
        var cpu = cpu(target);
        var allocated = Allocation.of(target);
        var answers = load.openLoop(target, body, rate, WINDOW);
        if (answers.failed() > 0) {
            System.out.println(target.name() + " at " + rate + "/s: " + answers.failed() + " failed, window void");
            return;
        }
        var row = rate + "/s";
        table.add(row, target.name(), "p50 ms", answers.millis(0.5));
        table.add(row, target.name(), "p99 ms", answers.millis(0.99));
        if (target.process() != null) {
            table.add(row, target.name(), "CPU µs", (cpu(target) - cpu) / (double) answers.nanos().length);
            if (allocated > 0) {
                var bytes = Allocation.of(target) - allocated;
                table.add(row, target.name(), "allocated KiB", bytes / 1024.0 / answers.nanos().length);
            }
        }
    }

    private void streams(Target target, String model, String row) throws Exception {
        try (var streams = load.streams(target, Target.stream(model, SHAPE), STREAMS, CHUNKS, OPENING)) {
            Thread.sleep(OPENING.plus(SETTLING));
            streams.reset();
            var cpu = cpu(target);
            Thread.sleep(WINDOW);
            var spent = cpu(target) - cpu;
            var chunks = streams.chunks();
            if (chunks.failed() > 0) {
                System.out.println(target.name() + ", " + row + ": " + chunks.failed() + " failed, window void");
                return;
            }
            table.add(row, target.name(), "transit p50 ms", chunks.millis(0.5));
            table.add(row, target.name(), "transit p99 ms", chunks.millis(0.99));
            if (target.process() != null) {
                table.add(row, target.name(), "CPU µs", spent / (double) chunks.nanos().length);
            }
        }
        Thread.sleep(SETTLING);
    }

    /** A request with one tool call has two turns; what is left beside them and the tool is ours. */
    private void rounds(Target direct, Target gateway, Table table) throws Exception {
        var turn = load.inTurn(direct, Target.stream(Target.PLAIN, "10x0"), ROUNDS);
        var toolsBefore = ToolTime.of(gateway);
        var agent = load.inTurn(gateway, Target.whole(Target.TOOLS), ROUNDS);
        if (turn.failed() + agent.failed() > 0) {
            System.out.println("rounds: " + (turn.failed() + agent.failed()) + " failed, window void");
            return;
        }
        var tool = ToolTime.of(gateway).since(toolsBefore);
        table.add("agent, two rounds", "forebay", "whole, mean ms", agent.meanMillis());
        table.add("agent, two rounds", "direct", "a turn, mean ms", turn.meanMillis());
        table.add("agent, two rounds", "forebay", "tool, mean ms", tool);
        table.add("agent, two rounds", "forebay", "round ms", (agent.meanMillis() - 2 * turn.meanMillis() - tool) / 2);
    }

    private void readStreams(Target target, String model) throws Exception {
        try (var _ = load.streams(target, Target.stream(model, SHAPE), STREAMS, CHUNKS, OPENING)) {
            Thread.sleep(WARMING);
        }
        Thread.sleep(SETTLING);
    }

    private void resident(List<Target> targets, String row) throws Exception {
        for (var target : targets) {
            if (target.process() != null) {
                table.add(row, target.name(), "MiB", target.process().residentMib());
            }
        }
    }

    private static long cpu(Target target) throws Exception {
        return target.process() == null ? 0 : target.process().cpuMicros();
    }
}
