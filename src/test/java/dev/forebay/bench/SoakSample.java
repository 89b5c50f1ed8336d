package dev.forebay.bench;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the gateway held at one moment of a soak, and what was served since the last.
 *
 * @param heapMib in use after a collection
 * @param cores processor time by time gone by
 */
record SoakSample(
        long second,
        double residentMib,
        double heapMib,
        int openFiles,
        int threads,
        int requests,
        int failed,
        double medianMillis,
        double p99Millis,
        int chunks,
        int streamsFailed,
        long framesLost,
        double cores) {
    static final String HEAD =
            "| second | resident, MiB | heap after a collection, MiB | open files | threads | requests |"
                    + " failed | median, ms | p99, ms | chunks | streams failed | frames lost | cores |\n"
                    + "|---|---|---|---|---|---|---|---|---|---|---|---|---|";

    /** In the JVM's words of its heap, before it comes to the space of classes, which is no heap. */
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    static SoakSample of(
            long second,
            Target gateway,
            Load.Answers requests,
            Load.Answers chunks,
            Streams.Count streams,
            double cores)
            throws Exception {
        var process = gateway.process();
        if (process == null) {
            throw new IllegalArgumentException("a soak is of a process");
        }
        // Taken before the collection, which may give memory back.
        var resident = process.residentMib();
        Jcmd.run(process.pid(), "GC.run");
        return new SoakSample(
                second,
                resident,
                heapMib(Jcmd.run(process.pid(), "GC.heap_info")),
                process.openFiles(),
                process.threads(),
                requests.nanos().length,
                requests.failed(),
                requests.millis(0.5),
                requests.millis(0.99),
                chunks.nanos().length,
                streams.failed(),
                streams.framesLost(),
                cores);
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "| %d | %.1f | %.1f | %d | %d | %d | %d | %.3f | %.2f | %d | %d | %d | %.2f |",
                second,
                residentMib,
                heapMib,
                openFiles,
                threads,
                requests,
                failed,
                medianMillis,
                p99Millis,
                chunks,
                streamsFailed,
                framesLost,
                cores);
    }

    private static double heapMib(String info) {
        var heap = info.lines().takeWhile(line -> !line.strip().startsWith("Metaspace"));
        return heap.mapToLong(line -> {
                            var used = USED.matcher(line);
                            return used.find() ? Long.parseLong(used.group(1)) : 0;
                        })
                        .sum()
                / 1024.0;
    }
}
