package dev.forebay.kubernetes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** What a {@link FakeCluster} holds, and the controller that makes and ends its pods. */
final class FakeObjects {
    private record Change(int version, String event) {}

    final Map<String, ObjectNode> byPath = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private int version = 100;
    private int made;
    private int dropped;

    /** As many pods as a controller may make; the rest meet a quota. */
    int podsMax = Integer.MAX_VALUE;

    synchronized void changed() {
        notifyAll();
    }

    synchronized void await(BooleanSupplier condition) throws InterruptedException {
        var end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            var left = (end - System.nanoTime()) / 1_000_000;
            assertTrue(left > 0, () -> "it did not come to pass; there is " + byPath.keySet());
            wait(left);
        }
    }

    synchronized ObjectNode answer(String method, String path, String selector, byte[] body) throws IOException {
        if (path.endsWith("/scale")) {
            return scale(method, path.substring(0, path.length() - "/scale".length()), body);
        }
        var there = byPath.get(path);
        var isList = List.of("pods", "events", "horizontalpodautoscalers")
                .contains(path.substring(path.lastIndexOf('/') + 1));
        if (method.equals("PATCH")) {
            return patch(path, body);
        }
        if (there != null) {
            return there;
        }
        return isList ? list(path, selector) : FakeCluster.status(404, path + " not found");
    }

    private ObjectNode list(String path, String selector) {
        var list = FakeCluster.JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
        list.putObject("metadata").put("resourceVersion", Integer.toString(version));
        var items = list.putArray("items");
        byPath.forEach((at, object) -> {
            if (at.startsWith(path + "/") && matches(object, selector)) {
                items.add(object);
            }
        });
        return list;
    }

    private static boolean matches(JsonNode object, String selector) {
        for (var part : selector.isEmpty() ? new String[0] : selector.split(",")) {
            var at = part.indexOf('=');
            var label = object.path("metadata").path("labels").path(part.substring(0, at));
            if (!label.asText().equals(part.substring(at + 1))) {
                return false;
            }
        }
        return true;
    }

    private ObjectNode patch(String path, byte[] body) throws IOException {
        var given = (ObjectNode) FakeCluster.JSON.readTree(body);
        var there = byPath.get(path);
        if (path.contains("/pods/")) {
            if (there == null) {
                return FakeCluster.status(404, path + " not found");
            }
            FakeCluster.JSON.readerForUpdating(there).readValue(given.toString());
            there.withObject("metadata")
                    .set("annotations", given.path("metadata").path("annotations"));
            return record(path, there, "MODIFIED");
        }
        var status = there == null ? FakeCluster.JSON.createObjectNode() : there.path("status");
        given.set("status", status);
        byPath.put(path, given);
        control(path, given);
        return given;
    }

    private ObjectNode scale(String method, String path, byte[] body) throws IOException {
        var workload = byPath.get(path);
        if (workload == null) {
            return FakeCluster.status(404, path + " not found");
        }
        if (method.equals("PUT")) {
            var given = FakeCluster.JSON.readTree(body);
            if (!given.path("metadata")
                    .path("resourceVersion")
                    .equals(workload.path("metadata").path("resourceVersion"))) {
                return FakeCluster.status(409, "the object has been modified");
            }
            workload.withObject("spec")
                    .put("replicas", given.path("spec").path("replicas").asInt());
            control(path, workload);
        }
        var scale = FakeCluster.JSON
                .createObjectNode()
                .put("apiVersion", "autoscaling/v1")
                .put("kind", "Scale");
        scale.set("metadata", workload.path("metadata"));
        scale.putObject("spec")
                .put("replicas", workload.path("spec").path("replicas").asInt());
        scale.putObject("status").put("replicas", pods(workload).size()).put("selector", "app=" + name(workload));
        return scale;
    }

    /** Makes and ends pods until there are as many as the workload says, as Kubernetes' controllers choose them. */
    private void control(String path, ObjectNode workload) {
        workload.withObject("metadata").put("resourceVersion", Integer.toString(++version));
        var wanted = workload.path("spec").path("replicas").asInt();
        var prefix = path.substring(path.indexOf("/namespaces/"), path.lastIndexOf('/', path.lastIndexOf('/') - 1));
        var isSet = path.contains("statefulsets");
        while (pods(workload).size() < Math.min(wanted, podsMax)) {
            var name = name(workload) + "-" + (isSet ? pods(workload).size() : "p" + made++);
            put("/api/v1" + prefix + "/pods/" + name, pod(name, workload));
        }
        while (pods(workload).size() > wanted) {
            var first = pods(workload).stream()
                    .max(Comparator.comparing(isSet ? FakeObjects::name : FakeObjects::eagernessToGo))
                    .orElseThrow();
            first.withObject("metadata").put("deletionTimestamp", "2026-11-25T12:00:00Z");
            put("/api/v1" + prefix + "/pods/" + name(first), first);
        }
        if (wanted > podsMax) {
            workload.withObject("status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", "ReplicaFailure")
                    .put("status", "True")
                    .put("message", "pods is forbidden: exceeded quota: gpus");
        }
    }

    private static String eagernessToGo(JsonNode pod) {
        var isReady = pod.path("status").path("podIP").asText().isEmpty() ? "1" : "0";
        return isReady + (pod.path("metadata").path("annotations").isEmpty() ? "0" : "1") + name(pod);
    }

    private List<ObjectNode> pods(JsonNode workload) {
        return byPath.values().stream()
                .filter(o ->
                        o.path("metadata").path("labels").path("app").asText().equals(name(workload)))
                .filter(o -> !o.path("metadata").has("deletionTimestamp"))
                .toList();
    }

    private ObjectNode pod(String name, JsonNode workload) {
        var pod = FakeCluster.JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
        var metadata = pod.putObject("metadata")
                .put("name", name)
                .put("namespace", "models")
                .put("uid", "u" + ++version);
        var labels = metadata.putObject("labels").put("app", name(workload));
        workload.path("spec")
                .path("template")
                .path("metadata")
                .path("labels")
                .properties()
                .forEach(e -> labels.set(e.getKey(), e.getValue()));
        pod.putObject("status").put("phase", "Pending");
        return pod;
    }

    /** Plays the kubelet. */
    synchronized void ready(String name, String address) {
        var path = path(name);
        var pod = byPath.get(path);
        pod.putObject("status")
                .put("phase", "Running")
                .put("podIP", address)
                .putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", "True");
        put(path, pod);
    }

    synchronized void unschedulable(String name) {
        var path = path(name);
        var pod = byPath.get(path);
        pod.putObject("status")
                .put("phase", "Pending")
                .putArray("conditions")
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "False")
                .put("reason", "Unschedulable")
                .put("message", "0/2 nodes are available: 2 Too many pods.");
        put(path, pod);
    }

    /** @param tell false to have watches miss it */
    synchronized void gone(String name, boolean tell) {
        var path = path(name);
        var pod = byPath.remove(path);
        if (tell) {
            record(path, pod, "DELETED");
        }
    }

    synchronized List<String> podNames() {
        return byPath.entrySet().stream()
                .filter(e -> e.getKey().contains("/pods/"))
                .map(e -> name(e.getValue()))
                .toList();
    }

    private String path(String pod) {
        return byPath.keySet().stream()
                .filter(p -> p.endsWith("/pods/" + pod))
                .findFirst()
                .orElseThrow();
    }

    private static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    synchronized void put(String path, ObjectNode object) {
        record(path, object, byPath.put(path, object) == null ? "ADDED" : "MODIFIED");
    }

    private ObjectNode record(String path, ObjectNode object, String type) {
        object.withObject("metadata").put("resourceVersion", Integer.toString(++version));
        if (path.contains("/pods/")) {
            changes.add(new Change(version, "{\"type\":\"" + type + "\",\"object\":" + object + "}\n"));
        }
        notifyAll();
        return object;
    }

    synchronized void dropWatches() {
        dropped++;
        notifyAll();
    }

    /** An event that only those see who watch now. */
    synchronized void tell(String event) {
        changes.add(new Change(++version, event + "\n"));
        notifyAll();
    }

    void watch(String from, OutputStream out) throws IOException, InterruptedException {
        var seen = Integer.parseInt(from);
        var since = dropped();
        while (true) {
            var next = next(seen, since);
            if (next == null) {
                return;
            }
            out.write(next.event().getBytes(StandardCharsets.UTF_8));
            out.flush();
            seen = next.version();
        }
    }

    private synchronized int dropped() {
        return dropped;
    }

    private synchronized Change next(int seen, int since) throws InterruptedException {
        while (dropped == since) {
            for (var change : changes) {
                if (change.version() > seen) {
                    return change;
                }
            }
            wait();
        }
        return null;
    }
}
