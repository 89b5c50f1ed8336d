package dev.forebay.simulation;

import static dev.forebay.simulation.BrokenInvariant.need;

import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Replica;
import dev.forebay.routing.Capacity;
import dev.forebay.routing.ReplicaControl;
import dev.forebay.routing.Router;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Replicas that start, serve, fail and are started again, as a provider's do. */
final class SimulatedReplicas implements ReplicaControl {
    /** After which a provider starts a failed replica again, and after which it gives up hope. */
    private static final Duration RESTART = Duration.ofSeconds(1);

    private static final Duration HOPE = Duration.ofSeconds(3);

    /** A replica that is drained may be stopped under its requests only after so long. */
    private static final Duration DRAIN_MAX = Duration.ofMinutes(10);

    /** One replica, with the requests that are at it, in no order but always the same. */
    static final class Simulated {
        private final Replica replica;
        private final int[] inFlight;
        private boolean ready;
        private boolean down;
        private int generation;
        private final List<SimulatedRequest> serving = new ArrayList<>();

        private Simulated(Replica replica, int[] inFlight) {
            this.replica = replica;
            this.inFlight = inFlight;
        }

        void leave(SimulatedRequest request) {
            var last = serving.removeLast();
            if (last != request) {
                serving.set(request.seat, last);
                last.seat = request.seat;
            }
            inFlight[0]--;
        }
    }

    private final VirtualTime time;
    private final long seed;
    private final Scenario scenario;
    private final Router router;
    private final Journal journal;
    private final Pace pace;
    private final Map<String, Integer> slots;
    private final Map<String, Simulated> running = new HashMap<>();
    private final Map<String, Integer> started = new HashMap<>();
    private final Map<String, int[]> inFlight = new HashMap<>();
    private final Map<String, Long> outUntil = new HashMap<>();

    SimulatedReplicas(VirtualTime time, long seed, Scenario scenario, Router router, Journal journal) {
        this.time = time;
        this.seed = seed;
        this.scenario = scenario;
        this.router = router;
        this.journal = journal;
        this.pace = new Pace(scenario.deployment().autoscale());
        this.slots = scenario.capacities().stream().collect(Collectors.toMap(Capacity::nodepool, Capacity::slots));
    }

    /** Servers at given URLs are there from the beginning. */
    void startFixed() {
        for (var capacity : scenario.capacities()) {
            for (var ordinal = 0; !capacity.scalable() && ordinal < capacity.replicas(); ordinal++) {
                become(created(capacity.nodepool(), ordinal), ready());
            }
        }
    }

    @Override
    public void start(String nodepool, int ordinal) {
        begin(created(nodepool, ordinal));
    }

    @Override
    public void stop(String replicaId) {
        var stopped = running.remove(replicaId);
        if (stopped != null) {
            stopped.serving.forEach(request -> need(
                    time.nanos() - request.servedSince() >= DRAIN_MAX.toNanos(),
                    "I9: " + replicaId + " is stopped while it serves request " + request.number()));
            stopped.generation++;
            become(stopped, new Replica.State.Stopped());
            List.copyOf(stopped.serving).forEach(SimulatedRequest::cut);
        }
    }

    @Override
    public void scaled(String nodepool, int before, int desired) {
        journal.add(time, () -> nodepool + " is to have " + desired + " replicas, not " + before);
        pace.scaled(nodepool, before, desired, time.nanos());
    }

    void suffer(Fault fault) {
        switch (fault) {
            case Fault.Kill(var _, var pick) -> {
                var serving = all(each -> each.ready);
                if (!serving.isEmpty()) {
                    var victim = serving.get((int) (pick * serving.size()));
                    fail(List.of(victim), RESTART.toNanos());
                }
            }
            case Fault.Outage(var _, var nodepool, var lengthNanos) -> {
                var end = time.nanos() + lengthNanos;
                outUntil.put(nodepool, end);
                fail(all(each -> each.replica.nodepool().equals(nodepool)), Math.max(lengthNanos, RESTART.toNanos()));
            }
        }
    }

    /** All of them are gone before the first client notices. */
    private void fail(List<Simulated> victims, long untilNanos) {
        for (var victim : victims) {
            victim.generation++;
            become(victim, failed(untilNanos, false));
            restart(victim, untilNanos);
        }
        for (var victim : victims) {
            List.copyOf(victim.serving).forEach(SimulatedRequest::cut);
        }
    }

    private void restart(Simulated victim, long untilNanos) {
        var generation = victim.generation;
        if (untilNanos > HOPE.toNanos()) {
            time.in(HOPE, () -> {
                if (victim.generation == generation) {
                    become(victim, failed(untilNanos - HOPE.toNanos(), true));
                }
            });
        }
        time.inNanos(untilNanos, () -> {
            if (victim.generation == generation) {
                begin(victim);
            }
        });
    }

    Simulated serve(String replicaId, SimulatedRequest request) {
        var replica = running.get(replicaId);
        if (replica == null || !replica.ready) {
            throw new BrokenInvariant(
                    "I3: request " + request.number() + " was sent to " + replicaId + ", which is not ready");
        }
        request.seat = replica.serving.size();
        replica.serving.add(request);
        var limit = slots.getOrDefault(replica.replica.nodepool(), 0);
        need(
                limit == 0 || replica.serving.size() <= limit,
                "I2: " + replica.serving.size() + " requests at " + replicaId + ", which has " + limit + " slots");
        replica.inFlight[0]++;
        return replica;
    }

    /** Requests at all replicas of the nodepool, as these see it. */
    int inFlight(String nodepool) {
        return inFlight.getOrDefault(nodepool, new int[1])[0];
    }

    /** Whether there is one beside these that could serve, now or once it has started. */
    boolean isAnyBut(Set<String> tried) {
        return router.replicas().stream().anyMatch(replica -> {
            var simulated = running.get(replica.id());
            return simulated != null
                    && !simulated.down
                    && !tried.contains(replica.id())
                    && !replica.state().equals("draining");
        });
    }

    int started(String nodepool) {
        return started.getOrDefault(nodepool, 0);
    }

    private List<Simulated> all(Predicate<Simulated> which) {
        // In order, so that a seed always kills the same one.
        return running.values().stream()
                .filter(which)
                .sorted(Comparator.comparing(each -> each.replica.id()))
                .toList();
    }

    private Simulated created(String nodepool, int ordinal) {
        var id = Replica.id(nodepool, ordinal);
        var simulated = new Simulated(
                new Replica(id, nodepool, new Replica.State.Stopped()),
                inFlight.computeIfAbsent(nodepool, _ -> new int[1]));
        need(running.putIfAbsent(id, simulated) == null, "I5: replica " + id + " was started twice");
        simulated.generation = started.merge(nodepool, 1, Integer::sum) << 8;
        return simulated;
    }

    private void begin(Simulated simulated) {
        become(simulated, new Replica.State.Starting(time.instant()));
        var generation = simulated.generation;
        var nodepool = simulated.replica.nodepool();
        var cold = scenario.behaviour(nodepool).coldStart();
        var chance = new SplittableRandom(seed * 31 + simulated.replica.id().hashCode() * 1_000_003L + generation);
        var out = Math.max(0, outUntil.getOrDefault(nodepool, 0L) - time.nanos());
        time.inNanos(out + (long) ((0.5 + chance.nextDouble()) * cold.toNanos()), () -> {
            if (simulated.generation == generation && running.get(simulated.replica.id()) == simulated) {
                become(simulated, ready());
            }
        });
    }

    private void become(Simulated simulated, Replica.State state) {
        simulated.ready = state instanceof Replica.State.Ready;
        simulated.down = state instanceof Replica.State.Failed failed && failed.down();
        journal.add(
                time, () -> simulated.replica.id() + " is " + state.getClass().getSimpleName());
        router.changed(simulated.replica.become(state));
    }

    private Replica.State failed(long untilNanos, boolean down) {
        return new Replica.State.Failed("failed", "failed", time.instant().plusNanos(untilNanos), down);
    }

    private static Replica.State ready() {
        return new Replica.State.Ready(Endpoint.of(URI.create("http://127.0.0.1:1/v1")));
    }
}
