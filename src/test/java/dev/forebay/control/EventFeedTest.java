package dev.forebay.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Nodepool;
import dev.forebay.compute.Replica;
import dev.forebay.routing.Capacity;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.Router;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventFeedTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final URI URL = URI.create("http://127.0.0.1:1/v1");
    private static final Nodepool LAB = new Nodepool(
            "lab", List.of(URL), List.of(), Map.of(), 1, Optional.empty(), Optional.empty(), true, 4, "/", 1);

    private final Router router = new Router(
            List.of(new Deployment(
                    "m",
                    List.of("lab"),
                    new Deployment.Queue(9, 1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(600)))),
            List.of(Capacity.of(LAB)),
            () -> NOW,
            new SplittableRandom(1));
    private final EventFeed feed = new EventFeed(router, () -> Map.of("lab", LAB), () -> NOW, 2);

    /** What a listener was sent, event by event. */
    private static final class Heard implements EventFeed.Listener {
        private final List<String> types = new ArrayList<>();
        private long lastId;

        @Override
        public void events(EventFeed.Batch batch) {
            for (var event : batch.text().split("\n\n", -1)) {
                if (!event.isEmpty()) {
                    var lines = event.split("\n", -1);
                    var id = Long.parseLong(lines[0].substring("id: ".length()));
                    assertTrue(id > lastId, "ids rise");
                    lastId = id;
                    types.add(parsed(lines[1].substring("data: ".length()))
                            .path("type")
                            .asText());
                }
            }
            assertEquals(lastId, batch.lastId());
        }

        @Override
        public void end(EventFeed.Batch last) {
            events(last);
        }

        private List<String> taken() {
            var all = List.copyOf(types);
            types.clear();
            return all;
        }

        private static JsonNode parsed(String json) {
            try {
                return new ObjectMapper().readTree(json);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void report(Replica.State state) {
        router.changed(new Replica("lab/0", "lab", state));
    }

    @Test
    void tellsWhatHasChangedAndNothingElse() {
        var heard = new Heard();
        feed.add(heard);
        assertEquals(List.of("snapshot"), heard.taken());
        feed.look();
        assertEquals(List.of(), heard.taken());

        report(new Replica.State.Ready(Endpoint.of(URL)));
        feed.look();
        assertEquals(List.of("deployment", "nodepool", "replica"), heard.taken());

        report(new Replica.State.Stopped());
        feed.look();
        assertEquals(List.of("deployment", "nodepool", "replica_gone"), heard.taken());
    }

    @Test
    void whoComesLaterHearsNothingTwiceAndMissesNothing() {
        var first = new Heard();
        feed.add(first);
        report(new Replica.State.Ready(Endpoint.of(URL)));
        var second = new Heard();
        feed.add(second);

        feed.look();

        assertEquals(List.of("snapshot", "deployment", "nodepool", "replica"), second.taken());
        assertEquals(List.of("snapshot", "deployment", "nodepool", "replica"), first.taken());
    }

    @Test
    void takesSoManyListenersAndNoMore() {
        var one = new Heard();
        assertTrue(feed.add(one));
        assertTrue(feed.add(new Heard()));
        assertFalse(feed.add(new Heard()));

        feed.remove(one);
        assertTrue(feed.add(new Heard()));
    }

    @Test
    void endsWithALastWord() {
        var heard = new Heard();
        feed.add(heard);

        feed.close();
        feed.close();

        assertEquals(List.of("snapshot", "end"), heard.taken());
        assertFalse(feed.add(new Heard()), "nobody comes any more");
        assertEquals(0, feed.listeners());
    }
}
