package dev.forebay.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import jdk.jfr.consumer.RecordingFile;

/** What all threads of the gateway allocate, as its own flight recorder tells; in windows of their own. */
final class Allocation {
    private static final String EVENT = "jdk.ThreadAllocationStatistics";
    private static final String SETTINGS = "<configuration version=\"2.0\"><event name=\"" + EVENT + "\">"
            + "<setting name=\"enabled\">true</setting><setting name=\"period\">everyChunk</setting>"
            + "</event></configuration>";

    /** Something that is done a number of times, which it returns; below zero if one failed. */
    private interface Work {
        long run() throws Exception;
    }

    private final Run run;

    Allocation(Run run) {
        this.run = run;
    }

    void window(Target gateway) throws Exception {
        measure(gateway, Row.ALLOCATED_REQUEST, () -> {
            var answers = run.load()
                    .openLoop(
                            gateway,
                            Target.whole(Target.PLAIN),
                            1000,
                            run.plan().window());
            return answers.failed() > 0 ? -1 : answers.nanos().length;
        });
        measureStreams(gateway, Row.ALLOCATED_CHUNK, Chunks.HUNDRED);
        measureStreams(gateway, Row.ALLOCATED_AGENT_CHUNK, Chunks.AGENT);
    }

    private void measureStreams(Target gateway, Row row, Chunks.Case of) throws Exception {
        try (var streams = run.load().streams(gateway, of.kind()).open(of.streams(), Plan.SETTLING)) {
            Thread.sleep(Plan.SETTLING.multipliedBy(2));
            measure(gateway, row, () -> {
                streams.reset();
                Thread.sleep(run.plan().window());
                var chunks = streams.chunks();
                return chunks.failed() > 0 ? -1 : chunks.nanos().length;
            });
        }
    }

    private void measure(Target gateway, Row row, Work work) throws Exception {
        var process = gateway.process();
        if (process == null) {
            return;
        }
        var settings = Path.of("target/bench/allocation.jfc").toAbsolutePath();
        var file = Path.of("target/bench/allocation.jfr").toAbsolutePath();
        Files.writeString(settings, SETTINGS);
        Jcmd.run(process.pid(), "JFR.start", "name=allocation", "settings=" + settings);
        var times = work.run();
        Jcmd.run(process.pid(), "JFR.stop", "name=allocation", "filename=" + file);
        if (times < 0) {
            run.figures().note(gateway.name() + ", " + row.title + ": some failed, window void");
            return;
        }
        run.figures().add(row, gateway, bytes(file) / 1024.0 / times);
    }

    private static double bytes(Path file) throws Exception {
        var first = new HashMap<Long, Long>();
        var last = new HashMap<Long, Long>();
        try (var recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                var event = recording.readEvent();
                if (event.getEventType().getName().equals(EVENT) && event.getThread("thread") != null) {
                    var thread = event.getThread("thread").getId();
                    first.merge(thread, event.getLong("allocated"), Math::min);
                    last.merge(thread, event.getLong("allocated"), Math::max);
                }
            }
        }
        return last.values().stream().mapToLong(Long::longValue).sum()
                - first.values().stream().mapToLong(Long::longValue).sum();
    }
}
