package dev.forebay.bench;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** How soon the model server is told that a client has gone. */
final class ClientGone {
    private static final int CLIENTS = 100;

    private record Case(Row median, Row p99, Function<String, Buffer> body) {}

    private static final Case STREAM =
            new Case(Row.GONE_STREAM_P50, Row.GONE_STREAM_P99, wish -> Target.stream(Target.PLAIN, wish));
    private static final Case WHOLE =
            new Case(Row.GONE_WHOLE_P50, Row.GONE_WHOLE_P99, wish -> Target.whole(Target.PLAIN, wish));
    private static final Case AGENT =
            new Case(Row.GONE_AGENT_P50, Row.GONE_AGENT_P99, wish -> Target.stream(Target.AGENT, wish));

    private final Run run;
    private final Set<String> neverTold = new HashSet<>();
    private int clients;

    ClientGone(Run run) {
        this.run = run;
    }

    void window(Target target) throws Exception {
        for (var one : target.isForebay() ? List.of(STREAM, WHOLE, AGENT) : List.of(STREAM, WHOLE)) {
            measure(target, one);
        }
    }

    private void measure(Target target, Case of) throws Exception {
        var what = target.name() + ", " + of.median.title;
        if (neverTold.contains(what)) {
            return;
        }
        var walkaway = run.load().walkaway(target, run.stage().direct());
        var nanos = new long[CLIENTS];
        for (var i = 0; i < CLIENTS; i++) {
            try {
                nanos[i] = walkaway.nanos(Watched.WISH + clients++, of.body);
            } catch (TimeoutException | ExecutionException e) {
                neverTold.add(what);
                run.figures().note(what + ": not told within 20 s");
                return;
            }
        }
        Arrays.sort(nanos);
        var answers = new Load.Answers(0, nanos);
        run.figures().add(of.median, target, answers.millis(0.5));
        run.figures().add(of.p99, target, answers.millis(0.99));
    }
}
