package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stream of events, over sockets. */
class EventsTest {
    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private RunningGateway gateway;
    private AdminClient admin;
    private boolean ended;

    @BeforeEach
    void start() throws Exception {
        upstream = FakeUpstream.answering(Answers.json(Answers.completion("hello")));
        gateway = RunningGateway.start(
                folder, """
                limits: {event_streams_max: 2}
                nodepools:
                  - {id: lab, base_url: "URL", slots: 4}
                  - {id: spare, base_url: "URL", slots: 4}
                models:
                  - {id: demo, nodepools: [lab, spare]}
                """.replace("URL", upstream.baseUrl().toString()));
        admin = new AdminClient(gateway);
    }

    @AfterEach
    void stop() {
        if (!ended) {
            gateway.close();
        }
        upstream.close();
    }

    @Test
    void aSnapshotComesFirstAndThenWhatChangesWithItsReason() throws Exception {
        try (var events = admin.events()) {
            assertEquals(200, events.status());
            assertEquals("text/event-stream; charset=utf-8", events.header("content-type"));
            assertTrue(events.line().startsWith("id: "));
            var snapshot = RunningGateway.JSON.readTree(events.event());
            assertEquals("snapshot", snapshot.path("type").asText());
            assertEquals("demo", snapshot.at("/deployments/0/id").asText());
            assertEquals("lab", snapshot.at("/nodepools/0/id").asText());
            assertEquals("lab/0", snapshot.at("/replicas/0/id").asText());

            admin.done("/nodepools/lab/cordon", "");

            var nodepool = next(events, event -> event.path("type").asText().equals("nodepool"));
            assertTrue(nodepool.at("/nodepool/cordoned").asBoolean());
            var decision = next(events, event -> event.path("type").asText().equals("decision"));
            assertEquals("demo", decision.path("deployment").asText());
            assertEquals("opened", decision.at("/decision/what").asText());
            assertEquals(
                    "lab is down: nodepool lab is cordoned",
                    decision.at("/decision/why").asText());
        }
    }

    @Test
    void moreThanMayFollowAreToldToComeLater() throws Exception {
        try (var one = admin.events();
                var two = admin.events()) {
            one.event();
            two.event();
            var refused = admin.get("/events");
            assertEquals(503, refused.statusCode());
            assertTrue(refused.body().contains("limits.event_streams_max"), refused.body());
        }
        RunningGateway.await(
                () -> {
                    try (var again = admin.events()) {
                        return again.status() == 200;
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                () -> "those that left still count");
    }

    @Test
    void endsAtOnceWhenTheGatewayStops() throws Exception {
        try (var events = admin.events()) {
            events.event();

            ended = true;
            gateway.gateway.close();

            var rest = events.events();
            var last = RunningGateway.JSON.readTree(rest.getLast());
            assertEquals("end", last.path("type").asText());
            assertEquals("shutting_down", last.path("reason").asText());
        }
    }

    @Test
    void asksForAKeyThatMayAdminister() throws Exception {
        assertEquals(403, gateway.get("/api/v1/events").statusCode());
        try (var client = gateway.raw()) {
            client.send("GET /api/v1/events HTTP/1.1\r\nhost: a\r\n\r\n");
            assertEquals(401, client.answer().status());
        }
    }

    private static JsonNode next(OpenStream events, Predicate<JsonNode> fact) throws Exception {
        while (true) {
            var event = RunningGateway.JSON.readTree(events.event());
            if (fact.test(event)) {
                return event;
            }
        }
    }
}
