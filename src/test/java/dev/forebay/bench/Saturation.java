package dev.forebay.bench;

import java.time.Duration;

/** A core with as much to do as it can: requests a second, and processor time of each. */
final class Saturation {
    /** Below that share of its core, what is measured was not the limit. */
    private static final double BUSY = 0.9;

    private final Run run;
    private final boolean hasWrk = Wrk.isThere();

    Saturation(Run run) {
        this.run = run;
        if (!hasWrk) {
            run.figures().note("wrk is missing: saturated by our own generator, which is slower than nginx");
        }
    }

    void warm(Target target) throws Exception {
        answers(target, run.plan().warming());
    }

    void window(Target target) throws Exception {
        answers(target, Plan.SETTLING);
        var begun = System.nanoTime();
        var cpu = target.cpuNanos();
        var answers = answers(target, run.plan().window());
        var spent = (double) (target.cpuNanos() - cpu);
        var took = System.nanoTime() - begun;
        if (answers.failed() > 0 || answers.whole() == 0) {
            run.figures()
                    .note(target.name() + ", saturated: " + answers.whole() + " served, " + answers.failed()
                            + " failed, window void");
            return;
        }
        if (spent / took < BUSY) {
            run.figures().note(target.name() + " could not be saturated: the generator's core is the limit");
        }
        run.figures().add(Row.SATURATED, target, answers.whole() * 1e9 / took);
        run.figures().add(Row.CPU_SATURATED, target, spent / 1e3 / answers.whole());
    }

    private Wrk.Answers answers(Target target, Duration time) throws Exception {
        if (hasWrk) {
            return Wrk.run(target, time);
        }
        var own = run.load().closedLoop(target, Target.whole(target.saturable().model()), Wrk.CONNECTIONS, time);
        return new Wrk.Answers(own.nanos().length, own.failed());
    }
}
