package dev.forebay.bench;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Streams that run all the time: how long a chunk is on its way, and processor time of each. */
final class Chunks {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** @param transit median and p99, where they are shown */
    record Case(Streams.Kind kind, int streams, Row cpu, Optional<Row> transit, Optional<Row> transitP99) {}

    static final Case HUNDRED = new Case(
            new Streams.Kind(Target.PLAIN, 150, 20),
            100,
            Row.CHUNK_100,
            Optional.of(Row.TRANSIT_100),
            Optional.of(Row.TRANSIT_100_P99));
    static final Case THOUSAND = new Case(
            new Streams.Kind(Target.PLAIN, 60, 50),
            1000,
            Row.CHUNK_1000,
            Optional.of(Row.TRANSIT_1000),
            Optional.empty());
    static final Case AGENT = new Case(
            new Streams.Kind(Target.AGENT, 150, 20), 100, Row.AGENT_CHUNK_100, Optional.empty(), Optional.empty());

    private final Run run;
    private final Set<String> tooMany = new HashSet<>();

    Chunks(Run run) {
        this.run = run;
    }

    void warm(Target target, Case of) throws Exception {
        try (var _ = opened(target, of)) {
            Thread.sleep(run.plan().warming());
        }
        Thread.sleep(Plan.SETTLING);
    }

    /** Once a target could not even begin half as many, it is not asked to again. */
    void window(Target target, Case of) throws Exception {
        var what = target.name() + ", " + of.cpu.title;
        if (tooMany.contains(what)) {
            return;
        }
        try (var streams = opened(target, of)) {
            streams.await(count -> count.begun() >= of.streams || count.failed() > 0, PATIENCE);
            var count = streams.count();
            if (count.begun() < of.streams || count.failed() > 0) {
                run.figures()
                        .note(what + ": " + count.begun() + " had begun after " + PATIENCE.toSeconds() + " s, "
                                + count.failed() + " had failed");
            }
            if (count.failed() > 0) {
                return;
            }
            if (count.begun() < of.streams / 2) {
                tooMany.add(what);
                return;
            }
            Thread.sleep(Plan.SETTLING);
            streams.reset();
            var cpu = target.cpuNanos();
            Thread.sleep(run.plan().window());
            var spent = target.cpuNanos() - cpu;
            note(target, of, streams.chunks(), spent);
        }
        Thread.sleep(Plan.SETTLING);
    }

    private void note(Target target, Case of, Load.Answers chunks, long spent) {
        if (chunks.failed() > 0) {
            run.figures()
                    .note(target.name() + ", " + of.cpu.title + ": " + chunks.failed()
                            + " streams failed, window void");
            return;
        }
        of.transit.ifPresent(row -> run.figures().add(row, target, chunks.millis(0.5)));
        of.transitP99.ifPresent(row -> run.figures().add(row, target, chunks.millis(0.99)));
        if (target.process() != null) {
            run.figures().add(of.cpu, target, spent / 1e3 / chunks.nanos().length);
        }
    }

    private Streams opened(Target target, Case of) {
        return run.load().streams(target, of.kind).open(of.streams, Duration.ofMillis(3L * of.streams + 500));
    }
}
