package dev.forebay.bench;

import java.time.Duration;
import java.util.List;

/**
 * How long a start takes and how its first clients fare: from the launcher's start until the gateway accepts requests, and
 * the first 500 requests right after that, beside nginx and a direct connection. The starts of all kinds take turns.
 */
final class StartBench {
    private static final int STARTS = Integer.getInteger("bench.starts", 5);

    private record Kind(String name, String aot, int warmUpMillis) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("no cache, no warm-up", "off", 0),
            new Kind("no cache, warm-up 400 ms", "off", 400),
            new Kind("cache, no warm-up", "on", 0),
            new Kind("cache, warm-up 200 ms", "on", 200),
            new Kind("cache, warm-up 400 ms", "on", 400),
            new Kind("cache, warm-up 800 ms", "on", 800));

    private StartBench() {}

    static void run() throws Exception {
        var table = new Table();
        try (var stage = new Stage();
                var load = new Load()) {
            stage.recordCache();
            load.openLoop(stage.direct(), Target.whole(Target.PLAIN), 1000, Duration.ofSeconds(5));
            for (var start = 0; start < STARTS; start++) {
                beside(stage, load, table);
                for (var kind : KINDS) {
                    one(stage, load, table, kind);
                }
            }
        }
        table.print();
    }

    private static void beside(Stage stage, Load load, Table table) throws Exception {
        first(stage.direct(), load, table, "first 500");
        var nginx = stage.nginx();
        if (nginx.isPresent()) {
            first(nginx.get(), load, table, "first 500");
            stage.close(nginx.get());
        }
    }

    private static void one(Stage stage, Load load, Table table, Kind kind) throws Exception {
        var gateway = stage.gateway(kind.aot, kind.warmUpMillis);
        table.add(kind.name, "forebay", "ready ms", stage.readyMillis());
        if (gateway.process() != null) {
            table.add(
                    kind.name,
                    "forebay",
                    "CPU ms until ready",
                    gateway.process().cpuMicros() / 1000.0);
        }
        first(gateway, load, table, kind.name);
        stage.close(gateway);
    }

    private static void first(Target target, Load load, Table table, String row) throws Exception {
        var answers = load.openLoop(target, Target.whole(Target.PLAIN), 100, Duration.ofSeconds(5));
        if (answers.failed() > 0) {
            System.out.println(target.name() + ", " + row + ": " + answers.failed() + " failed, window void");
            return;
        }
        table.add(row, target.name(), "p50 ms", answers.millis(0.5));
        table.add(row, target.name(), "p99 ms", answers.millis(0.99));
    }
}
