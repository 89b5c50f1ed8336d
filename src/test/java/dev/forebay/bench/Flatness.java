package dev.forebay.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The rule of a soak: no request failed, no frame lost; and what the gateway holds is flat, that is, its median in the last
 * quarter is at most 1.05 times its median in the second, plus a small allowance for what is counted in ones.
 */
final class Flatness {
    private static final double GROWTH_MAX = 1.05;

    private Flatness() {}

    /** What is wrong, each in one sentence. */
    static List<String> wrong(List<SoakSample> samples) {
        var wrong = new ArrayList<String>();
        var failed = samples.stream().mapToLong(SoakSample::failed).sum();
        var lost = samples.stream().mapToLong(SoakSample::framesLost).sum();
        var streams = samples.stream().mapToLong(SoakSample::streamsFailed).sum();
        if (failed + lost + streams > 0) {
            wrong.add(failed + " requests failed, " + streams + " streams failed, " + lost + " frames were lost");
        }
        grown(wrong, samples, "resident memory, MiB", SoakSample::residentMib, 0);
        grown(wrong, samples, "heap after a collection, MiB", SoakSample::heapMib, 2);
        grown(wrong, samples, "open files", SoakSample::openFiles, 8);
        grown(wrong, samples, "threads", SoakSample::threads, 4);
        return wrong;
    }

    private static void grown(
            List<String> wrong,
            List<SoakSample> samples,
            String what,
            ToDoubleFunction<SoakSample> of,
            double allowance) {
        var quarter = samples.size() / 4;
        var second = median(samples.subList(quarter, 2 * quarter), of);
        var last = median(samples.subList(samples.size() - quarter, samples.size()), of);
        if (last > GROWTH_MAX * second + allowance) {
            wrong.add(what + " grew: median " + Report.number(second) + " in the second quarter, " + Report.number(last)
                    + " in the last");
        }
    }

    private static double median(List<SoakSample> samples, ToDoubleFunction<SoakSample> of) {
        return Figures.median(samples.stream().map(of::applyAsDouble).toList()).orElseThrow();
    }
}
