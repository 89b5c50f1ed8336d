package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Replica;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Hands out the slots of replicas. Thread-safe; no call blocks. One lock a deployment guards its rules, which take a
 * microsecond or less, so event loops and virtual threads call it directly.
 */
public final class Router {
    /** A request's place in the queue. */
    @FunctionalInterface
    public interface Ticket {
        /** Leaves the queue. A lease that is granted at this moment still comes: release it. */
        void cancel();
    }

    private final InstantSource clock;
    private final RandomGenerator random;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile RoutingTable table = RoutingTable.EMPTY;
    private volatile Runnable starved = () -> {};

    /** @param random gives each nodepool a seed for choosing between replicas that are equally good */
    public Router(
            Collection<Deployment> deployments,
            Collection<Capacity> nodepools,
            InstantSource clock,
            RandomGenerator random) {
        this.clock = clock;
        this.random = random;
        configure(deployments, nodepools);
    }

    /**
     * Goes on by another configuration. What is in flight stays where it is, whoever waits keeps his place, and what was
     * learned of replicas and load is kept. Deployments that are gone serve those who ask for them until they are told
     * to end; nodepools that are gone, until no deployment uses them and their replicas have stopped.
     */
    public Leaving configure(Collection<Deployment> deployments, Collection<Capacity> nodepools) {
        changing.lock();
        try {
            return replace(deployments, nodepools);
        } finally {
            changing.unlock();
        }
    }

    private Leaving replace(Collection<Deployment> deployments, Collection<Capacity> nodepools) {
        var before = table;
        var places = new LinkedHashMap<String, Place>();
        nodepools.forEach(capacity -> places.put(capacity.nodepool(), place(capacity, before)));
        var configured = Set.copyOf(places.keySet());
        before.places().forEach(places::putIfAbsent);
        var leaving = new LinkedHashMap<>(before.leaving());
        leaving.putAll(before.routers());
        var routers = new LinkedHashMap<String, DeploymentRouter>();
        var byModel = new LinkedHashMap<String, Deployment>();
        for (var deployment : deployments) {
            var its = deployment.nodepoolIds().stream()
                    .map(id -> known(places, id))
                    .toList();
            var router = leaving.remove(deployment.model());
            if (router == null) {
                router = new DeploymentRouter(deployment, its, clock, () -> starved.run());
            } else {
                router.configure(deployment, its);
            }
            routers.put(deployment.model(), router);
            byModel.put(deployment.model(), deployment);
        }
        table = new RoutingTable(byModel, routers, leaving, places, configured);
        share();
        var gone = new LinkedHashSet<>(leaving.values());
        return () -> end(gone);
    }

    private Place place(Capacity capacity, RoutingTable before) {
        var id = capacity.nodepool();
        var known = before.places().get(id);
        if (known == null) {
            var seed = random.nextLong();
            return new Place(
                    new Fleet(
                            id,
                            FleetSettings.of(capacity),
                            RandomGeneratorFactory.of("L64X128MixRandom").create(seed)),
                    new Target(),
                    capacity);
        }
        known.fleet().configure(FleetSettings.of(capacity));
        return new Place(known.fleet(), known.target(), capacity);
    }

    private void end(Set<DeploymentRouter> gone) {
        var ending = new LinkedHashSet<>(gone);
        changing.lock();
        try {
            // One that a later configuration has again stays.
            ending.retainAll(table.leaving().values());
            table = table.without(ending);
            share();
        } finally {
            changing.unlock();
        }
        ending.forEach(DeploymentRouter::end);
    }

    private void share() {
        var all = table.all().toList();
        all.forEach(router -> router.shareWith(all));
    }

    /**
     * The replicas that a nodepool has were started by an earlier configuration: the scaler replaces them by such as are
     * started from now on.
     */
    public void outdate(String nodepool) {
        known(table.places(), nodepool).fleet().outdate();
    }

    /**
     * A nodepool that is not of the configuration is nobody's any more, and nothing of it is left. Not while a configuration
     * begins: that one may tell the scaler, which asks here, of requests that wait, so neither must wait for the other.
     */
    boolean forget(String nodepool) {
        if (changing.isHeldByCurrentThread() || !changing.tryLock()) {
            return false;
        }
        try {
            var place = table.places().get(nodepool);
            if (place == null || table.isInUse(nodepool) || !place.fleet().isEmpty()) {
                return false;
            }
            table = table.forgetting(nodepool);
            return true;
        } finally {
            changing.unlock();
        }
    }

    /** False once a nodepool of an earlier configuration is gone with all of its replicas. */
    public boolean isKnown(String nodepool) {
        return table.places().containsKey(nodepool);
    }

    /** Answers at once where a slot is free or the request must be refused, else when a slot falls free. */
    public Ticket lease(LeaseRequest request, Waiter waiter) {
        var router = table.serving(request.model());
        if (router == null) {
            waiter.refused(new ModelFailure.UnknownModel("no model " + request.model()));
            return () -> {};
        }
        var ticket = router.lease(request, waiter);
        return () -> router.cancel(ticket);
    }

    /** Whether the model runs on several replicas of one nodepool, so that it matters which of them gets a request. */
    public boolean hasChoice(String model) {
        var router = table.routers().get(model);
        return router != null && router.hasChoice();
    }

    /** A provider reports a replica's state. */
    public void changed(Replica replica) {
        var place = table.places().get(replica.nodepool());
        if (place != null) {
            place.fleet().changed(replica, clock.instant());
            changedIn(replica.nodepool());
        }
    }

    private void changedIn(String nodepool) {
        table.all().filter(router -> router.uses(nodepool)).forEach(DeploymentRouter::changed);
    }

    /** Refuses those who have waited too long; to be called a few times a second. */
    public void tick() {
        var now = clock.instant();
        table.places().values().forEach(place -> place.fleet().tick(now));
        table.all().forEach(DeploymentRouter::tick);
    }

    /** What each deployment is doing now, by model id. */
    public Map<String, Live> live() {
        var live = new LinkedHashMap<String, Live>();
        table.routers().forEach((model, router) -> live.put(model, router.live()));
        return live;
    }

    /** Every replica of every nodepool, in the nodepools' order. */
    public List<LiveReplica> replicas() {
        return table.places().values().stream()
                .flatMap(place -> place.fleet().live().stream())
                .toList();
    }

    /** What each nodepool is doing now, in their order. */
    public List<LiveNodepool> nodepools() {
        return table.places().values().stream().map(this::nodepool).toList();
    }

    private LiveNodepool nodepool(Place place) {
        var fleet = place.fleet();
        var target = place.target();
        var capacity = place.capacity();
        var states = new TreeMap<String, Integer>();
        fleet.live().forEach(replica -> states.merge(replica.state(), 1, Integer::sum));
        return new LiveNodepool(
                place.nodepool(),
                fleet.admission(),
                states,
                capacity.scalable() ? target.desired() : capacity.replicas(),
                !capacity.scalable() || target.isAtCapacity(),
                fleet.capacity(),
                fleet.inFlight(),
                fleet.coldStarts().median(),
                fleet.coldStarts().count(),
                table.routers().entrySet().stream()
                        .filter(router -> router.getValue().uses(place.nodepool()))
                        .map(Map.Entry::getKey)
                        .toList());
    }

    /**
     * Where the deployment's next request would go, and why.
     *
     * @throws IllegalArgumentException if there is no such deployment
     */
    public Explanation explain(String model) {
        return known(table.routers(), model).explain();
    }

    /** Has something done to the fleet of a nodepool, and tells its deployments. */
    void change(String nodepool, Consumer<Fleet> change) {
        change.accept(known(table.places(), nodepool).fleet());
        changedIn(nodepool);
    }

    /**
     * Called when a request waits and no replica is there or starting for it, or a nodepool has just opened for it, on the
     * thread that saw it.
     */
    void onStarved(Runnable starved) {
        this.starved = starved;
    }

    /** Nodepools of the configuration, and those of earlier ones of which something is left. */
    Collection<Place> places() {
        return table.places().values();
    }

    Set<String> nodepoolIds() {
        return table.places().keySet();
    }

    Capacity capacity(String nodepool) {
        return known(table.places(), nodepool).capacity();
    }

    DeploymentRouter router(String model) {
        return known(table.routers(), model);
    }

    Collection<Deployment> deployments() {
        return table.deployments().values();
    }

    /** With those that are leaving. */
    List<DeploymentRouter> routers() {
        return table.all().toList();
    }

    private static <T> T known(Map<String, T> all, String id) {
        var one = all.get(id);
        if (one == null) {
            throw new IllegalArgumentException("nothing known of " + id);
        }
        return one;
    }
}
