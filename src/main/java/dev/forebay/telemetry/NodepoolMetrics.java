package dev.forebay.telemetry;

import dev.forebay.compute.Replica;
import dev.forebay.routing.Live;
import dev.forebay.routing.LiveNodepool;
import dev.forebay.routing.PlacedBy;
import dev.forebay.routing.Router;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Queues, requests in flight and replicas as they are when the page is asked for. Hears of each change of a replica. */
final class NodepoolMetrics implements Consumer<Replica> {
    private static final List<String> STATES =
            List.of("starting", "ready", "ejected", "draining", "failed", "down", "no_capacity");

    /** What a deployment has by itself, with an empty nodepool, or on a nodepool. */
    private record Row(String deployment, String nodepool) {}

    private final MeterRegistry registry;
    private final Map<Row, List<Meter>> rows = new HashMap<>();
    private final Map<String, Replica.State.Starting> starting = new ConcurrentHashMap<>();
    private volatile Map<String, Live> live = Map.of();
    private volatile Map<String, Map<String, Integer>> states = Map.of();

    NodepoolMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void accept(Replica replica) {
        if (replica.state() instanceof Replica.State.Starting now) {
            starting.put(replica.id(), now);
            return;
        }
        var before = starting.remove(replica.id());
        if (before != null && replica.state() instanceof Replica.State.Ready) {
            var now = registry.config().clock().wallTime();
            coldStart(replica.nodepool())
                    .record(Duration.ofMillis(now - before.since().toEpochMilli()));
        }
    }

    private Timer coldStart(String nodepool) {
        return Buckets.COLD_START
                .timer("forebay.nodepool.cold.start")
                .description("From the start of a replica until it is ready")
                .tag("nodepool", nodepool)
                .register(registry);
    }

    /** Takes one look at all deployments, which the rows then tell; those of deployments that are no more go. */
    synchronized void refresh(Router router) {
        live = router.live();
        states = router.nodepools().stream().collect(Collectors.toMap(LiveNodepool::id, LiveNodepool::replicasByState));
        var wanted = new HashSet<Row>();
        live.forEach((deployment, now) -> {
            wanted.add(new Row(deployment, ""));
            now.pools().forEach(pool -> wanted.add(new Row(deployment, pool.nodepool())));
        });
        rows.entrySet().removeIf(row -> {
            var gone = !wanted.contains(row.getKey());
            if (gone) {
                row.getValue().forEach(registry::remove);
            }
            return gone;
        });
        wanted.forEach(row -> rows.computeIfAbsent(
                row, _ -> row.nodepool.isEmpty() ? queue(row.deployment) : pool(row.deployment, row.nodepool)));
    }

    private List<Meter> queue(String deployment) {
        return List.of(
                Gauge.builder(
                                "forebay.nodepool.queue.depth",
                                () -> now(deployment).queued())
                        .description("Requests that wait for a slot")
                        .tag("deployment", deployment)
                        .register(registry),
                Gauge.builder(
                                "forebay.nodepool.queue.oldest.age",
                                () -> now(deployment).oldest().toNanos() / 1e9)
                        .description("How long the oldest of them has waited")
                        .baseUnit("seconds")
                        .tag("deployment", deployment)
                        .register(registry));
    }

    private List<Meter> pool(String deployment, String nodepool) {
        coldStart(nodepool);
        var tags = Tags.of("deployment", deployment, "nodepool", nodepool);
        var registered = new ArrayList<Meter>();
        registered.add(Gauge.builder("forebay.nodepool.inflight", () -> sum(deployment, nodepool, Live.Pool::inFlight))
                .description("Requests at the nodepool's replicas")
                .tags(tags)
                .register(registry));
        registered.add(
                Gauge.builder("forebay.nodepool.replicas.desired", () -> sum(deployment, nodepool, Live.Pool::desired))
                        .description("Replicas that there are to be, of all deployments")
                        .tags(tags)
                        .register(registry));
        registered.add(Gauge.builder(
                        "forebay.nodepool.open", () -> sum(deployment, nodepool, pool -> pool.open() ? 1 : 0))
                .description("Whether the nodepool takes the deployment's requests")
                .tags(tags)
                .register(registry));
        registered.add(Gauge.builder(
                        "forebay.nodepool.full", () -> sum(deployment, nodepool, pool -> isFull(pool) ? 1 : 0))
                .description("Whether the nodepool is fully loaded or down")
                .tags(tags)
                .register(registry));
        registered.add(Gauge.builder(
                        "forebay.nodepool.breaker.open",
                        () -> sum(deployment, nodepool, pool -> pool.breakerOpen() ? 1 : 0))
                .description("Whether requests to all of its replicas fail")
                .tags(tags)
                .register(registry));
        registered.add(limit(deployment, nodepool, "min", Live.Pool::minReplicas));
        registered.add(limit(deployment, nodepool, "max", Live.Pool::maxReplicas));
        for (var why : PlacedBy.values()) {
            registered.add(FunctionCounter.builder(
                            "forebay.route.decisions", this, _ -> sum(deployment, nodepool, pool -> placed(pool, why)))
                    .description("Requests by the nodepool that they were sent to, and why")
                    .tags(tags)
                    .tag("reason", why.name().toLowerCase(Locale.ROOT))
                    .register(registry));
        }
        for (var state : STATES) {
            registered.add(Gauge.builder("forebay.nodepool.replicas", () -> count(nodepool, state))
                    .description("Replicas by state")
                    .tags(tags)
                    .tag("state", state)
                    .register(registry));
        }
        return registered;
    }

    private Meter limit(String deployment, String nodepool, String bound, ToLongFunction<Live.Pool> what) {
        return Gauge.builder("forebay.nodepool.replicas.limit", () -> sum(deployment, nodepool, what))
                .description("Replicas that the deployment may have there")
                .tags(Tags.of("deployment", deployment, "nodepool", nodepool, "bound", bound))
                .register(registry);
    }

    private static long placed(Live.Pool pool, PlacedBy why) {
        return pool.placed().getOrDefault(why, 0L);
    }

    private Live now(String deployment) {
        var now = live.get(deployment);
        return now == null ? new Live(true, 0, 0, Duration.ZERO, 0, List.of(), List.of()) : now;
    }

    private static boolean isFull(Live.Pool pool) {
        return switch (pool.state()) {
            case SATURATED, SPILLING, DOWN -> true;
            case DISABLED, IDLE, WARMING, ACTIVE -> false;
        };
    }

    private long sum(String deployment, String nodepool, ToLongFunction<Live.Pool> what) {
        return now(deployment).pools().stream()
                .filter(pool -> pool.nodepool().equals(nodepool))
                .mapToLong(what)
                .sum();
    }

    private int count(String nodepool, String state) {
        return states.getOrDefault(nodepool, Map.of()).getOrDefault(state, 0);
    }
}
