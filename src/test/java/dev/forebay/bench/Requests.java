package dev.forebay.bench;

import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whole answers at fixed rates: latency from the moment that was meant, and processor time. */
final class Requests {
    private static final double SECONDS_BEHIND = 1;

    /** @param rows median, p99 and processor time */
    record Rate(int perSecond, Row median, Row p99, Row cpu) {}

    static final List<Rate> RATES = List.of(
            new Rate(1000, Row.LATENCY_1000, Row.LATENCY_1000_P99, Row.CPU_1000),
            new Rate(4000, Row.LATENCY_4000, Row.LATENCY_4000_P99, Row.CPU_4000));

    private static final List<Integer> LADDER =
            List.of(25, 50, 75, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 4000, 6000, 8000);

    private final Run run;
    private final Buffer body = Target.whole(Target.PLAIN);
    private final Map<String, Integer> tops = new HashMap<>();

    Requests(Run run) {
        this.run = run;
    }

    /** A peer is not asked for more than it could do on the ladder. */
    void window(Target target, Rate rate) throws Exception {
        var what = target.name() + " at " + rate.perSecond + "/s";
        if (rate.perSecond > tops.getOrDefault(target.name(), Integer.MAX_VALUE)) {
            run.figures().note(what + ": does not keep up");
            return;
        }
        run.load().openLoop(target, body, rate.perSecond, Plan.SETTLING);
        var cpu = target.cpuNanos();
        var answers =
                run.load().openLoop(target, body, rate.perSecond, run.plan().window());
        var spent = target.cpuNanos() - cpu;
        if (answers.failed() > 0) {
            run.figures().note(what + ": " + answers.failed() + " failed, window void");
            return;
        }
        run.figures().add(rate.median, target, answers.millis(0.5));
        run.figures().add(rate.p99, target, answers.millis(0.99));
        if (target.process() != null) {
            run.figures().add(rate.cpu, target, spent / 1e3 / answers.nanos().length);
        }
    }

    /** Rates that rise until the target fails a request or falls behind; it warms up on the way. */
    void climb(Target target) throws Exception {
        tops.put(target.name(), 0);
        for (var rate : LADDER) {
            if (isBehind(briefly(target, rate))) {
                break;
            }
            tops.put(target.name(), rate);
        }
    }

    /** The same as the other rates, at the highest that the target could serve. */
    void topWindow(Target target) throws Exception {
        var top = tops.get(target.name());
        if (top != null && top > 0) {
            run.figures().add(Row.TOP_RATE, target, top);
            window(target, new Rate(top, Row.TOP_RATE_LATENCY, Row.TOP_RATE_P99, Row.TOP_RATE_CPU));
        }
    }

    void warm(Target target) throws Exception {
        for (var rate : List.of(1000, 2000, 4000)) {
            run.load().openLoop(target, body, rate, run.plan().warming().dividedBy(3));
        }
    }

    private Load.Answers briefly(Target target, int rate) throws Exception {
        return run.load().openLoop(target, body, rate, run.plan().window().dividedBy(2));
    }

    private static boolean isBehind(Load.Answers answers) {
        return answers.failed() > 0 || answers.millis(0.99) > 1000 * SECONDS_BEHIND;
    }
}
