package dev.forebay.simulation;

import dev.forebay.routing.Live;
import dev.forebay.routing.Router;
import dev.forebay.routing.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/**
 * One run of a {@link Scenario}: the router and the scaler of production in virtual time, with requests and replicas that
 * are made up. The same seed gives the same run, event for event. One thread.
 */
public final class Simulation {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration ROUTER_TICK = Duration.ofMillis(250);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Scenario scenario;
    private final Workload workload;
    private final Watch watch;
    private final VirtualTime time = new VirtualTime(START);
    private final Router router;
    private final SimulatedReplicas replicas;
    private final Waiting waiting;
    private final Placements placements;
    private final Invariants invariants;
    private final Tally tally = new Tally();
    private final List<PoolTally> pools = new ArrayList<>();
    private final List<Outcome.Sample> samples = new ArrayList<>();
    private final List<String> decisions = new ArrayList<>();
    private Live before;

    private Simulation(Scenario scenario, Workload workload, long seed, Watch watch) {
        this.scenario = scenario;
        this.workload = workload;
        this.watch = watch;
        this.router = new Router(List.of(scenario.deployment()), scenario.capacities(), time, Workload.random(seed, 3));
        this.replicas = new SimulatedReplicas(time, seed, scenario, router, watch.journal());
        this.waiting = new Waiting(time, ROUTER_TICK.toNanos());
        this.placements = new Placements(scenario, router, waiting, watch.eachEvent());
        this.invariants = new Invariants(scenario, time, replicas, ROUTER_TICK);
        for (var nodepool : scenario.deployment().nodepoolIds()) {
            pools.add(new PoolTally(scenario.slots(nodepool)));
        }
        this.before = live();
    }

    /**
     * Looks at the invariants four times a second, which is enough where the rules are known to be right.
     *
     * @throws BrokenInvariant if the rules did what they never may
     */
    public static Outcome run(Scenario scenario, long seed) {
        return run(scenario, Workload.of(scenario, seed), seed, Watch.loosely());
    }

    static Outcome run(Scenario scenario, Workload workload, long seed, Watch watch) {
        var simulation = new Simulation(scenario, workload, seed, watch);
        try {
            return simulation.run();
        } catch (BrokenInvariant e) {
            throw e.after(simulation.time.passed());
        }
    }

    private Outcome run() {
        var scaler = new Scaler(router, replicas, time);
        replicas.startFixed();
        scaler.tick();
        time.every(ROUTER_TICK, () -> {
            router.tick();
            look();
        });
        time.every(SECOND, () -> {
            scaler.tick();
            second();
        });
        nextArrival(workload.arrivals().iterator());
        for (var fault : workload.faults()) {
            time.at(fault.atNanos(), () -> replicas.suffer(fault));
        }
        time.runUntil(scenario.length(), watch.eachEvent() ? this::look : () -> {});
        look();
        return outcome();
    }

    private void nextArrival(Iterator<Arrival> arrivals) {
        if (arrivals.hasNext()) {
            var arrival = arrivals.next();
            time.at(arrival.atNanos(), () -> {
                arrive(arrival);
                nextArrival(arrivals);
            });
        }
    }

    private void arrive(Arrival arrival) {
        tally.arrived++;
        var request = new SimulatedRequest(this, arrival);
        watch.journal()
                .add(
                        time,
                        () -> "request " + arrival.number() + " comes, of " + arrival.tokens() + " tokens, priority "
                                + arrival.priority() + ", key \"" + arrival.tenant() + "\"");
        request.ask();
        if (arrival.leavesAfterNanos() >= 0) {
            time.inNanos(arrival.leavesAfterNanos(), request::leave);
        }
    }

    Router router() {
        return router;
    }

    VirtualTime time() {
        return time;
    }

    Tally tally() {
        return tally;
    }

    SimulatedReplicas replicas() {
        return replicas;
    }

    Waiting waiting() {
        return waiting;
    }

    Placements placements() {
        return placements;
    }

    Watch watch() {
        return watch;
    }

    String model() {
        return scenario.deployment().model();
    }

    double serviceNanos(String nodepool) {
        return scenario.behaviour(nodepool).service().toNanos();
    }

    void note(SimulatedRequest request, String... what) {
        watch.journal().add(time, () -> "request " + request.number() + " " + String.join("", what));
    }

    private Live live() {
        return Objects.requireNonNull(router.live().get(model()));
    }

    /** Whether all is as it must be, and what the rules decided. */
    private void look() {
        var now = live();
        invariants.check(tally, now);
        placements.check(now);
        watch.also().accept(now);
        tally.queuedMax = Math.max(tally.queuedMax, now.queued());
        for (var rank = 0; rank < pools.size(); rank++) {
            var decision = now.pools().get(rank).decision();
            if (decision.isPresent()
                    && !decision.equals(before.pools().get(rank).decision())) {
                invariants.checkDecision(rank, decision.get(), before);
                if (decision.get().what().equals("opened")) {
                    pools.get(rank).opened();
                }
                var what = decision.get().nodepool() + " " + decision.get().what() + ": "
                        + decision.get().why();
                decisions.add(Duration.between(START, decision.get().at()).toMillis() / 1000.0 + " s: " + what);
                watch.journal().add(time, () -> what);
            }
        }
        before = now;
    }

    private void second() {
        look();
        waiting.checkDeadlines();
        for (var rank = 0; rank < pools.size(); rank++) {
            pools.get(rank).second(before.pools().get(rank));
        }
        samples.add(new Outcome.Sample(
                time.passed(),
                before.queued(),
                before.oldest(),
                before.pools().stream().map(Live.Pool::readyReplicas).toList(),
                before.pools().stream().map(Live.Pool::inFlight).toList()));
    }

    private Outcome outcome() {
        var ended = new ArrayList<Outcome.Pool>();
        for (var rank = 0; rank < pools.size(); rank++) {
            var pool = before.pools().get(rank);
            ended.add(pools.get(rank).outcome(pool, replicas.started(pool.nodepool())));
        }
        return new Outcome(
                tally.arrived,
                tally.served,
                tally.refusals(),
                tally.cancelled,
                tally.lost,
                tally.broken,
                before.pools().stream().mapToInt(Live.Pool::inFlight).sum(),
                before.queued(),
                tally.queuedMax,
                waits(),
                ended,
                decisions,
                samples);
    }

    private List<Duration> waits() {
        var sorted = tally.waits();
        Arrays.sort(sorted);
        if (sorted.length == 0) {
            return List.of(Duration.ZERO, Duration.ZERO, Duration.ZERO);
        }
        return List.of(
                Duration.ofNanos(sorted[sorted.length / 2]),
                Duration.ofNanos(sorted[(int) (sorted.length * 0.99)]),
                Duration.ofNanos(sorted[sorted.length - 1]));
    }
}
