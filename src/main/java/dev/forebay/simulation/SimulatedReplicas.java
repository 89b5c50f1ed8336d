package dev.forebay.simulation;

import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Replica;
import dev.forebay.routing.ReplicaControl;
import dev.forebay.routing.Router;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Replicas that start, serve, are killed and started again, as a provider's do. */
final class SimulatedReplicas implements ReplicaControl {
    private static final Duration RESTART = Duration.ofSeconds(1);

    private static final class Simulated {
        final Replica replica;
        boolean ready;
        int generation;
        final Set<SimulatedRequest> serving = new LinkedHashSet<>();

        Simulated(Replica replica) {
            this.replica = replica;
        }
    }

    private final VirtualTime time;
    private final RandomGenerator random;
    private final Scenario scenario;
    private final Router router;
    // In order, so that a seed always kills the same one.
    private final Map<String, Simulated> running = new TreeMap<>();
    private final Map<String, Integer> started = new HashMap<>();

    SimulatedReplicas(VirtualTime time, RandomGenerator random, Scenario scenario, Router router) {
        this.time = time;
        this.random = random;
        this.scenario = scenario;
        this.router = router;
    }

    /** Servers at given URLs are there from the beginning. */
    void startFixed() {
        for (var capacity : scenario.capacities()) {
            for (var ordinal = 0; !capacity.scalable() && ordinal < capacity.replicas(); ordinal++) {
                var simulated = created(capacity.nodepool(), ordinal);
                become(simulated, ready());
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
            stopped.generation++;
            become(stopped, new Replica.State.Stopped());
            List.copyOf(stopped.serving).forEach(SimulatedRequest::cut);
        }
    }

    @Override
    public void scaled(String nodepool, int before, int desired) {}

    void killOne() {
        var serving = running.values().stream().filter(each -> each.ready).toList();
        if (serving.isEmpty()) {
            return;
        }
        var killed = serving.get(random.nextInt(serving.size()));
        killed.generation++;
        killed.ready = false;
        var cut = List.copyOf(killed.serving);
        killed.serving.clear();
        become(
                killed,
                new Replica.State.Failed("killed", "killed", time.instant().plus(RESTART), false));
        cut.forEach(SimulatedRequest::cut);
        var generation = killed.generation;
        time.in(RESTART, () -> {
            if (killed.generation == generation) {
                begin(killed);
            }
        });
    }

    void serve(String replicaId, SimulatedRequest request) {
        var replica = running.get(replicaId);
        if (replica == null || !replica.ready) {
            throw new BrokenInvariant("I3: a request was sent to " + replicaId + ", which is not ready");
        }
        replica.serving.add(request);
    }

    void done(String replicaId, SimulatedRequest request) {
        var replica = running.get(replicaId);
        if (replica != null) {
            replica.serving.remove(request);
        }
    }

    /** Requests at each replica, as the replicas see it. */
    Map<String, Integer> inFlight() {
        var counts = new TreeMap<String, Integer>();
        running.forEach((id, replica) -> counts.put(id, replica.serving.size()));
        return counts;
    }

    int started(String nodepool) {
        return started.getOrDefault(nodepool, 0);
    }

    private Simulated created(String nodepool, int ordinal) {
        var id = nodepool + "/" + ordinal;
        var simulated = new Simulated(new Replica(id, nodepool, new Replica.State.Stopped()));
        if (running.putIfAbsent(id, simulated) != null) {
            throw new BrokenInvariant("replica " + id + " was started twice");
        }
        started.merge(nodepool, 1, Integer::sum);
        return simulated;
    }

    private void begin(Simulated simulated) {
        become(simulated, new Replica.State.Starting(time.instant()));
        var generation = simulated.generation;
        var cold = scenario.behaviour(simulated.replica.nodepool()).coldStart();
        time.inSeconds((0.5 + random.nextDouble()) * cold.toNanos() / 1e9, () -> {
            if (simulated.generation == generation && running.get(simulated.replica.id()) == simulated) {
                become(simulated, ready());
            }
        });
    }

    private void become(Simulated simulated, Replica.State state) {
        simulated.ready = state instanceof Replica.State.Ready;
        router.changed(simulated.replica.become(state));
    }

    private static Replica.State ready() {
        return new Replica.State.Ready(Endpoint.of(URI.create("http://127.0.0.1:1/v1")));
    }
}
