package dev.forebay.bench;

import java.time.Duration;

/** Thousands of streams at once, each read to its end, each chunk of each counted and in its place. */
final class ManyStreams {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PER_SECOND = 500;

    private final Run run;

    ManyStreams(Run run) {
        this.run = run;
    }

    /** They live twice as long as it takes to open them all. */
    void once(Target target) throws Exception {
        var count = run.plan().streams();
        var opening = Duration.ofMillis(1000L * count / PER_SECOND + 500);
        var kind = new Streams.Kind(Target.PLAIN, (int) (2 * opening.toMillis() / 500), 500);
        var files = target.process() == null ? 0 : target.process().openFilesMax();
        System.out.println(target.name() + ", " + count + " streams: may open " + files + " files, the model server "
                + run.stage().modelServer().openFilesMax());
        try (var streams = run.load().streams(target, kind).openOnce(count, opening)) {
            streams.await(now -> now.running() == count || now.whole() + now.failed() > 0, PATIENCE);
            var resident = target.process() == null ? 0 : target.process().residentMib();
            streams.await(now -> now.whole() + now.failed() == count, PATIENCE);
            var end = streams.count();
            if (end.whole() != count) {
                run.figures()
                        .note(target.name() + ", " + count + " streams: " + end.whole() + " came to their end, "
                                + end.failed() + " failed, " + end.framesLost() + " frames lost");
                return;
            }
            run.figures().add(Row.STREAMS, target, end.mostAtOnce());
            if (target.process() != null) {
                run.figures().add(Row.RESIDENT_STREAMS, target, resident);
            }
        }
        Thread.sleep(Plan.SETTLING);
    }
}
