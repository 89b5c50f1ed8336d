package dev.forebay.routing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What there is by one configuration, and what is left of earlier ones.
 *
 * @param leaving deployments that the configuration does not have any more, for requests that began before
 * @param places nodepools by id: those of the configuration, and those that still have replicas
 */
record RoutingTable(
        Map<String, Deployment> deployments,
        Map<String, DeploymentRouter> routers,
        Map<String, DeploymentRouter> leaving,
        Map<String, Place> places,
        Set<String> configured) {
    static final RoutingTable EMPTY = new RoutingTable(Map.of(), Map.of(), Map.of(), Map.of(), Set.of());

    /** Of the configuration, and those that are leaving. */
    Stream<DeploymentRouter> all() {
        return Stream.concat(routers.values().stream(), leaving.values().stream());
    }

    /** Of the configuration, else one that is leaving; null if nobody serves the model. */
    @Nullable
    DeploymentRouter serving(String model) {
        var router = routers.get(model);
        return router == null ? leaving.get(model) : router;
    }

    RoutingTable without(Set<DeploymentRouter> ended) {
        var left = new LinkedHashMap<>(leaving);
        left.values().removeAll(ended);
        return new RoutingTable(deployments, routers, left, places, configured);
    }

    RoutingTable forgetting(String nodepool) {
        var left = new LinkedHashMap<>(places);
        left.remove(nodepool);
        return new RoutingTable(deployments, routers, leaving, left, configured);
    }

    boolean isInUse(String nodepool) {
        return configured.contains(nodepool) || all().anyMatch(router -> router.uses(nodepool));
    }
}
