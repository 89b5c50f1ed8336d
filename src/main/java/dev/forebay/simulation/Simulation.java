package dev.forebay.simulation;

import dev.forebay.routing.LeaseRequest;
import dev.forebay.routing.Live;
import dev.forebay.routing.Router;
import dev.forebay.routing.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One run of a {@link Scenario}: the router and the scaler of production in virtual time, with requests and replicas that
 * are made up. The same seed gives the same run, event for event. One thread.
 */
public final class Simulation {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration ROUTER_TICK = Duration.ofMillis(250);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONGEST_REQUEST = Duration.ofHours(1);

    private final Scenario scenario;
    private final RandomGenerator random;
    private final VirtualTime time = new VirtualTime(START);
    private final Router router;
    private final SimulatedReplicas replicas;
    private final Invariants invariants;
    private final Tally tally = new Tally();
    private final List<Outcome.Sample> samples = new ArrayList<>();
    private final List<String> decisions = new ArrayList<>();
    private final int[] opened;
    private final double[] replicaSeconds;
    private Live before;

    private Simulation(Scenario scenario, long seed) {
        this.scenario = scenario;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.router = new Router(List.of(scenario.deployment()), scenario.capacities(), time, random);
        this.replicas = new SimulatedReplicas(time, random, scenario, router);
        this.invariants = new Invariants(scenario, replicas);
        this.opened = new int[scenario.deployment().nodepoolIds().size()];
        this.replicaSeconds = new double[opened.length];
        this.before = live();
    }

    /** @throws BrokenInvariant if the rules did what they never may */
    public static Outcome run(Scenario scenario, long seed) {
        return new Simulation(scenario, seed).run();
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
            sample();
        });
        var from = Duration.ZERO;
        for (var phase : scenario.load()) {
            var ends = from.plus(phase.length());
            time.in(from, () -> arrivals(phase.rate(), ends));
            from = ends;
        }
        if (scenario.kills() > 0) {
            nextKill();
        }
        time.runUntil(scenario.length());
        look();
        return outcome();
    }

    private void arrivals(double rate, Duration until) {
        if (rate <= 0) {
            return;
        }
        time.inSeconds(random.nextExponential() / rate, () -> {
            if (time.passed().compareTo(until) < 0) {
                arrive();
                arrivals(rate, until);
            }
        });
    }

    private void arrive() {
        tally.arrived++;
        var request = new SimulatedRequest(this, time.instant());
        request.ask(Set.of());
        if (random.nextDouble() < scenario.cancelled()) {
            var service = scenario.behaviour(scenario.deployment().nodepoolIds().getFirst())
                    .service();
            time.inSeconds(random.nextExponential() * service.toNanos() / 1e9, request::leave);
        }
        look();
    }

    private void nextKill() {
        time.inSeconds(random.nextExponential() * 60 / scenario.kills(), () -> {
            replicas.killOne();
            look();
            nextKill();
        });
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

    LeaseRequest request(Set<String> excluded) {
        return new LeaseRequest(
                scenario.deployment().model(), excluded, time.instant().plus(LONGEST_REQUEST));
    }

    double serviceSeconds(String nodepool) {
        return random.nextExponential() * scenario.behaviour(nodepool).service().toNanos() / 1e9;
    }

    private Live live() {
        return Objects.requireNonNull(router.live().get(scenario.deployment().model()));
    }

    /** After each event: whether all is as it must be, and what the rules decided. */
    private void look() {
        var now = live();
        invariants.check(tally, now);
        for (var rank = 0; rank < opened.length; rank++) {
            var decision = now.pools().get(rank).decision();
            if (decision.isPresent()
                    && !decision.equals(before.pools().get(rank).decision())) {
                invariants.checkDecision(rank, decision.get(), before);
                if (decision.get().what().equals("opened")) {
                    opened[rank]++;
                }
                decisions.add(time.passed().toMillis() / 1000.0 + " s: "
                        + decision.get().nodepool() + " " + decision.get().what() + ": "
                        + decision.get().why());
            }
        }
        before = now;
    }

    private void sample() {
        var now = live();
        for (var rank = 0; rank < opened.length; rank++) {
            replicaSeconds[rank] += now.pools().get(rank).readyReplicas()
                    + now.pools().get(rank).startingReplicas();
        }
        samples.add(new Outcome.Sample(
                time.passed(),
                now.queued(),
                now.oldest(),
                now.pools().stream().map(Live.Pool::readyReplicas).toList(),
                now.pools().stream().map(Live.Pool::inFlight).toList()));
    }

    private Outcome outcome() {
        var now = live();
        var pools = new ArrayList<Outcome.Pool>();
        for (var rank = 0; rank < opened.length; rank++) {
            var pool = now.pools().get(rank);
            pools.add(new Outcome.Pool(
                    pool.nodepool(),
                    pool.share(),
                    replicaSeconds[rank],
                    replicas.started(pool.nodepool()),
                    opened[rank]));
        }
        return new Outcome(
                tally.arrived,
                tally.served,
                tally.refused,
                tally.cancelled,
                tally.lost,
                now.pools().stream().mapToInt(Live.Pool::inFlight).sum(),
                now.queued(),
                waits(),
                pools,
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
