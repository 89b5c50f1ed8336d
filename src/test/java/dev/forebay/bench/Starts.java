package dev.forebay.bench;

import java.time.Duration;

/** How long a start takes with the cache of the first one, and how its first clients fare, beside nginx. */
final class Starts {
    private static final int PER_SECOND = 100;
    private static final Duration FIRST = Duration.ofSeconds(5);

    private final Run run;

    Starts(Run run) {
        this.run = run;
    }

    void all() throws Exception {
        run.stage().recordCache();
        // The generator itself must be warm before it may judge.
        run.load().openLoop(run.stage().direct(), Target.whole(Target.PLAIN), 1000, FIRST);
        for (var start = 0; start < run.plan().starts(); start++) {
            run.figures().window(start);
            first(run.stage().direct());
            var nginx = run.stage().nginx();
            if (nginx.isPresent()) {
                first(nginx.get());
                run.stage().close(nginx.get());
            }
            var gateway = run.stage().gateway();
            run.figures().add(Row.READY, gateway.target(), gateway.readyMillis());
            first(gateway.target());
            run.stage().close(gateway.target());
        }
    }

    private void first(Target target) throws Exception {
        var answers = run.load().openLoop(target, Target.whole(Target.PLAIN), PER_SECOND, FIRST);
        if (answers.failed() > 0) {
            run.figures().note(target.name() + ", first requests: " + answers.failed() + " failed, window void");
            return;
        }
        run.figures().add(Row.FIRST_P50, target, answers.millis(0.5));
        run.figures().add(Row.FIRST_P99, target, answers.millis(0.99));
    }
}
