package dev.forebay.bench;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Prints what docs/performance.md shows: {@code mvn -Pbench verify}. */
final class Bench {
    private Bench() {}

    public static void main(String[] args) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%d processors, %s %s, Java %s%n%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.version());
        var begun = System.nanoTime();
        StartBench.run();
        System.out.println();
        SpeedBench.run();
        System.out.println();
        System.out.println("took " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + " s");
    }
}
