package dev.forebay;

import dev.forebay.compute.Nodepool;
import dev.forebay.control.ConfigRoutes;
import dev.forebay.control.ControlRoutes;
import dev.forebay.control.EventFeed;
import dev.forebay.control.EventRoute;
import dev.forebay.control.Reload;
import dev.forebay.http.Edge;
import dev.forebay.http.EdgeObserver;
import dev.forebay.openai.StreamSettings;
import dev.forebay.routing.Operator;
import dev.forebay.routing.Router;
import dev.forebay.sse.EventWriter;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The control API, for the fronts of all event loops. */
final class Control {
    private final Vertx vertx;
    private final ControlRoutes.Parts parts;
    private final EventFeed feed;
    private final Supplier<EventWriter.Timing> timing;
    private final EdgeObserver observer;
    private final Reload reload;

    /** @param now the configuration in effect */
    Control(
            Supplier<Configuration> now,
            InstantSource clock,
            Vertx vertx,
            Router router,
            Operator operator,
            Reload reload,
            EdgeObserver observer) {
        Supplier<Map<String, Nodepool>> nodepools =
                () -> now.get().nodepools().stream().collect(Collectors.toMap(Nodepool::id, Function.identity()));
        this.reload = reload;
        this.vertx = vertx;
        this.parts = new ControlRoutes.Parts(router, operator, () -> now.get().names(), nodepools);
        this.feed = new EventFeed(router, nodepools, clock, now.get().limits().eventStreamsMax());
        this.timing = () -> timing(now.get().stream());
        this.observer = observer;
        vertx.setPeriodic(EventFeed.LOOK_MILLIS, _ -> feed.look());
    }

    private static EventWriter.Timing timing(StreamSettings settings) {
        return new EventWriter.Timing(settings.heartbeatSeconds() * 1000L, settings.stallSeconds() * 1000L);
    }

    /** On the event loop of the edge. */
    void addTo(Edge edge) {
        new ControlRoutes(vertx, parts).addTo(edge);
        new ConfigRoutes(vertx, reload).addTo(edge);
        new EventRoute(vertx, feed, timing, observer).addTo(edge);
    }

    /** Clients that follow the events. */
    int listeners() {
        return feed.listeners();
    }

    /** Those who follow the events need not be waited for. */
    void close() {
        feed.close();
    }
}
