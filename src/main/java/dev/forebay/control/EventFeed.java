package dev.forebay.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.compute.Nodepool;
import dev.forebay.routing.Decision;
import dev.forebay.routing.Live;
import dev.forebay.routing.Router;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What routing is doing, as events: a snapshot of everything first, then whatever has changed since the last look. While
 * nobody listens nothing is looked at. Thread-safe; no call blocks.
 */
public final class EventFeed {
    /** Between two looks. */
    public static final long LOOK_MILLIS = 500;

    /**
     * Some events, ready to be sent.
     *
     * @param lastId of the last one; ids rise by one
     */
    record Batch(long lastId, String text) {}

    /** Called while the feed is locked: hop to your own thread. */
    interface Listener {
        void events(Batch batch);

        /** There are no more. */
        void end(Batch last);
    }

    private record Seen(
            Map<String, ObjectNode> deployments,
            Map<String, ObjectNode> nodepools,
            Map<String, ObjectNode> replicas,
            Map<String, Live> live) {}

    private final Views views;
    private final InstantSource clock;
    private final int listenersMax;
    private final Set<Listener> listeners = new LinkedHashSet<>();
    private Seen seen = new Seen(Map.of(), Map.of(), Map.of(), Map.of());
    private long lastId;
    private boolean closed;

    /** @param nodepools by the configuration in effect, by id */
    public EventFeed(Router router, Supplier<Map<String, Nodepool>> nodepools, InstantSource clock, int listenersMax) {
        this.views = new Views(router, nodepools);
        this.clock = clock;
        this.listenersMax = listenersMax;
    }

    /** To be called every {@link #LOOK_MILLIS}. */
    public synchronized void look() {
        if (listeners.isEmpty()) {
            return;
        }
        var before = seen;
        seen = seen();
        var events = new ArrayList<ObjectNode>();
        changes("deployment", before.deployments, seen.deployments, events);
        changes("nodepool", before.nodepools, seen.nodepools, events);
        changes("replica", before.replicas, seen.replicas, events);
        seen.live.forEach((id, live) -> decisions(id, before.live.get(id), live, events));
        if (!events.isEmpty()) {
            var batch = batch(events);
            listeners.forEach(listener -> listener.events(batch));
        }
    }

    public synchronized int listeners() {
        return listeners.size();
    }

    /** Ends every stream: the gateway stops. */
    public synchronized void close() {
        closed = true;
        if (!listeners.isEmpty()) {
            var last = batch(List.of(event("end").put("reason", "shutting_down")));
            List.copyOf(listeners).forEach(listener -> listener.end(last));
            listeners.clear();
        }
    }

    /** False if there are too many listeners; else it is sent a snapshot first. */
    synchronized boolean add(Listener listener) {
        if (closed || listeners.size() >= listenersMax) {
            return false;
        }
        if (listeners.isEmpty()) {
            seen = seen();
        }
        listeners.add(listener);
        listener.events(snapshot());
        return true;
    }

    synchronized void remove(Listener listener) {
        listeners.remove(listener);
    }

    /** All that the events up to its id have told. */
    synchronized Batch snapshot() {
        var event = event("snapshot").put("at", clock.instant().toString());
        event.putArray("deployments").addAll(seen.deployments.values());
        event.putArray("nodepools").addAll(seen.nodepools.values());
        event.putArray("replicas").addAll(seen.replicas.values());
        return batch(List.of(event));
    }

    private Seen seen() {
        var live = views.live();
        return new Seen(views.deployments(live), views.nodepools(), views.replicas(), live);
    }

    private static void changes(
            String type, Map<String, ObjectNode> before, Map<String, ObjectNode> now, List<ObjectNode> events) {
        now.forEach((id, json) -> {
            if (!json.equals(before.get(id))) {
                var event = event(type);
                event.set(type, json);
                events.add(event);
            }
        });
        var gone = new LinkedHashMap<>(before);
        gone.keySet().removeAll(now.keySet());
        gone.keySet().forEach(id -> events.add(event(type + "_gone").put("id", id)));
    }

    private static void decisions(String deployment, @Nullable Live before, Live now, List<ObjectNode> events) {
        var known = new HashSet<Decision>(before == null ? List.of() : before.decisions());
        for (var decision : now.decisions()) {
            if (!known.contains(decision)) {
                var event = event("decision").put("deployment", deployment);
                event.set("decision", LiveJson.decision(decision));
                events.add(event);
            }
        }
    }

    private static ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private Batch batch(List<ObjectNode> events) {
        var text = new StringBuilder();
        for (var event : events) {
            lastId++;
            text.append("id: ").append(lastId).append("\ndata: ").append(event).append("\n\n");
        }
        return new Batch(lastId, text.toString());
    }
}
