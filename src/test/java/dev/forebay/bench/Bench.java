package dev.forebay.bench;

import java.util.concurrent.TimeUnit;

/** {@code mvn -Pbench verify}: measures, prints, and writes what docs/performance.md shows. */
final class Bench {
    private Bench() {}

    public static void main(String[] args) throws Exception {
        var plan = Plan.ofProperties();
        var machine = Machine.ofThis();
        System.out.println(machine.line());
        var begun = System.nanoTime();
        var isSound = plan.soak().isZero() ? benchmark(plan, machine) : new Soak(plan).run();
        System.out.println("took " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + " s");
        if (!isSound) {
            System.exit(1);
        }
    }

    /** @return whether each of the gateway's rows has a window in which nothing failed */
    private static boolean benchmark(Plan plan, Machine machine) throws Exception {
        var figures = new Figures();
        Cores.notes().forEach(figures::note);
        try (var stage = new Stage();
                var load = new Load()) {
            new Benchmark(new Run(plan, stage, load, figures)).measure();
        }
        var report = new Report(machine, plan, figures);
        System.out.println();
        System.out.println(report.markdown());
        report.write();
        var missing = report.missing();
        missing.forEach(row -> System.out.println("no window counts for: " + row.label()));
        return missing.isEmpty();
    }
}
