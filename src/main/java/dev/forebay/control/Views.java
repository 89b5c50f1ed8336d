package dev.forebay.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.compute.Nodepool;
import dev.forebay.routing.Live;
import dev.forebay.routing.LiveReplica;
import dev.forebay.routing.Router;
import dev.forebay.routing.UnknownName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Looks at what the router is doing and renders it. Thread-safe; no call blocks. */
final class Views {
    private final Router router;
    private final Supplier<Map<String, Nodepool>> configured;

    Views(Router router, Supplier<Map<String, Nodepool>> configured) {
        this.router = router;
        this.configured = configured;
    }

    /** By id. */
    Map<String, ObjectNode> deployments(Map<String, Live> live) {
        var all = new LinkedHashMap<String, ObjectNode>();
        live.forEach((id, each) -> all.put(id, LiveJson.deployment(id, each)));
        return all;
    }

    Map<String, Live> live() {
        return router.live();
    }

    Map<String, ObjectNode> nodepools() {
        var all = new LinkedHashMap<String, ObjectNode>();
        var byId = configured.get();
        for (var nodepool : router.nodepools()) {
            var known = byId.get(nodepool.id());
            if (known != null) {
                all.put(nodepool.id(), LiveJson.nodepool(nodepool, known));
            }
        }
        return all;
    }

    Map<String, ObjectNode> replicas() {
        var all = new LinkedHashMap<String, ObjectNode>();
        router.replicas().forEach(replica -> all.put(replica.id(), LiveJson.replica(replica)));
        return all;
    }

    ObjectNode deployment(String id) {
        var live = live();
        var found = live.get(id);
        if (found == null) {
            throw new UnknownName("deployment", id, live.keySet());
        }
        return LiveJson.deployment(id, found);
    }

    ObjectNode nodepool(String id) {
        return known("nodepool", id, nodepools());
    }

    ObjectNode replica(String id) {
        var replicas = router.replicas();
        return replicas.stream()
                .filter(replica -> replica.id().equals(id))
                .findFirst()
                .map(LiveJson::replica)
                .orElseThrow(() -> new UnknownName("replica", id, ids(replicas)));
    }

    ObjectNode explained(String model, String deployment) {
        return ExplainJson.of(model, deployment, router.explain(deployment));
    }

    private static ObjectNode known(String what, String id, Map<String, ObjectNode> all) {
        var found = all.get(id);
        if (found == null) {
            throw new UnknownName(what, id, all.keySet());
        }
        return found;
    }

    private static List<String> ids(List<LiveReplica> replicas) {
        return replicas.stream().map(LiveReplica::id).toList();
    }
}
