package dev.forebay.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** All measurements in their order, targets taking turns within each row and window. */
final class Benchmark {
    private static final int FIRST_REQUESTS = 1000;
    private static final int QUIET_WAITS_MAX = 120;
    private static final double QUIET_SHARE = 0.1;

    /** Does one thing to one target. */
    private interface Step {
        void on(Target target) throws Exception;
    }

    private final Run run;
    private final Requests requests;
    private final Saturation saturation;
    private final Chunks chunks;
    private final AgentRounds rounds;
    private final ClientGone gone;
    private final List<Target> targets = new ArrayList<>();
    private final Target direct;
    private final long begun = System.nanoTime();

    Benchmark(Run run) {
        this.run = run;
        this.requests = new Requests(run);
        this.saturation = new Saturation(run);
        this.chunks = new Chunks(run);
        this.rounds = new AgentRounds(run);
        this.gone = new ClientGone(run);
        this.direct = run.stage().direct();
    }

    void measure() throws Exception {
        new Starts(run).all();
        say("starts measured");
        run.figures().window(0);
        startAll();
        each(_ -> true, this::firstThousand);
        say("all have answered their first " + FIRST_REQUESTS + " requests");
        each(_ -> true, this::warm);
        say("all are warm");
        for (var window = 0; window < run.plan().windows(); window++) {
            run.figures().window(window);
            window();
            say("window " + (window + 1) + " of " + run.plan().windows() + " done");
        }
        run.figures().window(0);
        var many = new ManyStreams(run);
        each(target -> target.name().equals(Target.NGINX) || target.name().equals(Target.FOREBAY), many::once);
        say("many streams read");
        // Last, since the flight recorder takes memory that the rows above must not see.
        var allocation = new Allocation(run);
        for (var window = 0; window < run.plan().windows(); window++) {
            run.figures().window(window);
            each(target -> target.name().equals(Target.FOREBAY), allocation::window);
        }
    }

    private void startAll() throws Exception {
        targets.add(direct);
        run.stage()
                .nginx()
                .ifPresentOrElse(targets::add, () -> run.figures().note("nginx is missing: no ratios to it"));
        targets.add(run.stage().gateway().target());
        for (var transport : run.plan().transports()) {
            var started = run.stage().gateway(Target.FOREBAY + " " + transport, transport);
            if (started.hasItsTransport()) {
                targets.add(started.target());
                run.figures().add(Row.READY, started.target(), started.readyMillis());
            } else {
                run.figures().note(transport + ": this machine refuses it");
                run.stage().close(started.target());
            }
        }
        if (!run.plan().peers().isEmpty()) {
            var peers = Peers.installed(run.plan().peers());
            for (var name : run.plan().peers()) {
                var begun = System.nanoTime();
                var peer = run.stage().peer(peers, name);
                run.figures().add(Row.READY, peer, (System.nanoTime() - begun) / 1e6);
                targets.add(peer);
            }
        }
    }

    private void firstThousand(Target target) throws Exception {
        var answers = run.load().inTurn(target, Target.whole(Target.PLAIN), FIRST_REQUESTS);
        if (answers.failed() > 0) {
            throw new IllegalStateException(target.name() + " failed " + answers.failed() + " of its first "
                    + FIRST_REQUESTS + " requests; see target/bench");
        }
        if (target.process() != null) {
            run.figures().add(Row.RESIDENT_1000, target, target.process().residentMib());
        }
    }

    private void warm(Target target) throws Exception {
        if (target.isPeer()) {
            requests.climb(target);
            return;
        }
        requests.warm(target);
        if (target.process() != null) {
            saturation.warm(target);
        }
        chunks.warm(target, Chunks.HUNDRED);
        if (target.isForebay()) {
            chunks.warm(target, Chunks.AGENT);
            rounds.window(direct, target);
        }
    }

    private void window() throws Exception {
        for (var rate : Requests.RATES) {
            each(_ -> true, target -> requests.window(target, rate));
        }
        each(Target::isPeer, requests::topWindow);
        each(target -> target.process() != null, saturation::window);
        each(_ -> true, target -> chunks.window(target, Chunks.HUNDRED));
        each(target -> target.process() != null, target -> chunks.window(target, Chunks.THOUSAND));
        each(Target::isForebay, target -> chunks.window(target, Chunks.AGENT));
        each(Target::isForebay, target -> rounds.window(direct, target));
        each(target -> target.process() != null, gone::window);
    }

    private void each(Predicate<Target> which, Step step) throws Exception {
        for (var target : List.copyOf(targets)) {
            if (which.test(target)) {
                if (target.isPeer()) {
                    peer(target, step);
                } else {
                    step.on(target);
                }
            }
        }
    }

    /** A peer that goes down under the load is measured no further; everything else is. */
    private void peer(Target peer, Step step) throws Exception {
        try {
            step.on(peer);
            awaitQuiet(peer);
        } catch (Exception e) {
            if (peer.isAlive()) {
                throw e;
            }
        }
        if (!peer.isAlive()) {
            run.figures()
                    .note(peer.name() + ": its process ended while it was measured, so its later rows are missing");
            targets.remove(peer);
        }
    }

    /** What it could not finish in time would take the core from the next. */
    private static void awaitQuiet(Target target) throws InterruptedException {
        for (var wait = 0; wait < QUIET_WAITS_MAX; wait++) {
            var cpu = target.cpuNanos();
            Thread.sleep(Plan.SETTLING);
            if (target.cpuNanos() - cpu < QUIET_SHARE * Plan.SETTLING.toNanos()) {
                return;
            }
        }
    }

    private void say(String what) {
        System.out.println(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + " s: " + what);
    }
}
