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
        var isSound = run(plan, machine);
        System.out.println("took " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + " s");
        if (!isSound) {
            System.exit(1);
        }
    }

    private static boolean run(Plan plan, Machine machine) throws Exception {
        if (!plan.soak().isZero()) {
            return new Soak(plan).run();
        }
        if (plan.routing()) {
            return new Routing(plan, machine).run();
        }
        // In brief all parts are shown to run.
        return benchmark(plan, machine) && (!plan.brief() || new Routing(plan, machine).run());
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
