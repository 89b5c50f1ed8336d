package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Replica;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private final Map<String, DeploymentRouter> routers = new LinkedHashMap<>();
    private final Map<String, Fleet> fleets = new LinkedHashMap<>();
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final Map<String, Capacity> capacities = new LinkedHashMap<>();
    private final Map<String, Deployment> deployments = new LinkedHashMap<>();
    private final InstantSource clock;
    private volatile Runnable starved = () -> {};

    /** @param random gives each nodepool a seed for choosing between replicas that are equally good */
    public Router(
            Collection<Deployment> deployments,
            Collection<Capacity> nodepools,
            InstantSource clock,
            RandomGenerator random) {
        this.clock = clock;
        for (var nodepool : nodepools) {
            var id = nodepool.nodepool();
            capacities.put(id, nodepool);
            fleets.put(
                    id,
                    new Fleet(
                            id,
                            Fleet.Settings.of(nodepool),
                            RandomGeneratorFactory.of("L64X128MixRandom").create(random.nextLong())));
            targets.put(id, new Target());
        }
        for (var deployment : deployments) {
            this.deployments.put(deployment.model(), deployment);
            var places = deployment.nodepools().stream()
                    .map(place -> new Place(
                            known(fleets, place.nodepool()),
                            known(targets, place.nodepool()),
                            known(capacities, place.nodepool())))
                    .toList();
            routers.put(deployment.model(), new DeploymentRouter(deployment, places, clock, () -> starved.run()));
        }
        routers.values().forEach(router -> router.shareWith(routers.values()));
    }

    /** Answers at once where a slot is free or the request must be refused, else when a slot falls free. */
    public Ticket lease(LeaseRequest request, Waiter waiter) {
        var router = routers.get(request.model());
        if (router == null) {
            waiter.refused(new ModelFailure.UnknownModel("no model " + request.model()));
            return () -> {};
        }
        var ticket = router.lease(request, waiter);
        return () -> router.cancel(ticket);
    }

    /** A provider reports a replica's state. */
    public void changed(Replica replica) {
        var fleet = fleets.get(replica.nodepool());
        if (fleet != null) {
            fleet.changed(replica, clock.instant());
            changedIn(replica.nodepool());
        }
    }

    private void changedIn(String nodepool) {
        routers.values().stream().filter(router -> router.uses(nodepool)).forEach(DeploymentRouter::changed);
    }

    /** Refuses those who have waited too long; to be called a few times a second. */
    public void tick() {
        var now = clock.instant();
        fleets.values().forEach(fleet -> fleet.tick(now));
        routers.values().forEach(DeploymentRouter::tick);
    }

    /** What each deployment is doing now, by model id. */
    public Map<String, Live> live() {
        var live = new LinkedHashMap<String, Live>();
        routers.forEach((model, router) -> live.put(model, router.live()));
        return live;
    }

    /** Every replica of every nodepool, in the nodepools' order. */
    public List<LiveReplica> replicas() {
        return fleets.values().stream().flatMap(fleet -> fleet.live().stream()).toList();
    }

    /** No request goes to a cordoned replica until it is uncordoned. Nothing happens if there is none of that id. */
    public void cordon(String replicaId, boolean cordoned) {
        fleets.forEach((nodepool, fleet) -> {
            if (replicaId.startsWith(nodepool + "/")) {
                fleet.cordon(replicaId, cordoned);
                changedIn(nodepool);
            }
        });
    }

    /** It takes requests again, and those that wait now. */
    void undrain(String nodepool, String replicaId) {
        known(fleets, nodepool).undrain(replicaId);
        changedIn(nodepool);
    }

    /** Called when a request waits and no replica is there or starting for it, on the thread of that request. */
    void onStarved(Runnable starved) {
        this.starved = starved;
    }

    Map<String, Fleet> fleets() {
        return fleets;
    }

    Collection<Capacity> capacities() {
        return List.copyOf(capacities.values());
    }

    Target target(String nodepool) {
        return known(targets, nodepool);
    }

    Collection<Deployment> deployments() {
        return List.copyOf(deployments.values());
    }

    DeploymentRouter router(String model) {
        return known(routers, model);
    }

    private static <T> T known(Map<String, T> all, String id) {
        var one = all.get(id);
        if (one == null) {
            throw new IllegalArgumentException("nothing known of " + id);
        }
        return one;
    }
}
