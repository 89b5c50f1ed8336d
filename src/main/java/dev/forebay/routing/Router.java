package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Replica;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

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

    public Router(Collection<Deployment> deployments, Collection<Nodepool> nodepools, InstantSource clock) {
        var slots = nodepools.stream().collect(Collectors.toMap(Nodepool::id, Nodepool::slots));
        var occupancy = new Occupancy();
        for (var deployment : deployments) {
            routers.put(deployment.model(), new DeploymentRouter(deployment, slots, occupancy, clock));
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
        routers.values().forEach(router -> router.changed(replica));
    }

    /** Refuses those who have waited too long; to be called a few times a second. */
    public void tick() {
        routers.values().forEach(DeploymentRouter::tick);
    }

    /** What each deployment is doing now, by model id. */
    public Map<String, Live> live() {
        var live = new LinkedHashMap<String, Live>();
        routers.forEach((model, router) -> live.put(model, router.live()));
        return live;
    }
}
