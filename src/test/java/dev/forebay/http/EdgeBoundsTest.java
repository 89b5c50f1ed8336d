package dev.forebay.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.access.Scope;
import dev.forebay.http.EdgeObserver.Limit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one client cannot take from all others: connections, places, the memory of answers that it does not read. */
class EdgeBoundsTest {
    private static final int CONNECTIONS = 3;
    private static final int REQUESTS = 2;
    private static final String LIVE = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";

    private RunningEdge edge = edge(60);
    private String key = edge.key(Set.of(Scope.INFERENCE));
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var client : clients) {
            client.close();
        }
        edge.close();
    }

    @Test
    void aRequestTooManyIsRefusedUntilOneEnds() throws Exception {
        for (var i = 0; i < REQUESTS; i++) {
            open().post("/v1/hold", key, "x");
        }
        EdgeTest.await(() -> edge.held.size() == REQUESTS);
        var third = open();

        var refused = third.post("/v1/echo", key, "x").answer();

        assertEquals(503, refused.status());
        assertEquals("1", refused.headers().get("retry-after"));
        assertTrue(refused.body().contains("limits.requests_max"), refused::body);
        assertEquals(List.of(Limit.REQUESTS), edge.rejected);
        clients.getFirst().reset();
        EdgeTest.await(() -> edge.requests.taken() == REQUESTS - 1);
        assertEquals(200, open().post("/v1/echo", key, "x").answer().status());
        EdgeTest.await(() -> edge.requests.taken() == REQUESTS - 1);
    }

    @Test
    void requestsWithoutAKeyTakeNoPlace() throws Exception {
        for (var i = 0; i < REQUESTS; i++) {
            open().send("POST /v1/hold HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n")
                    .answer();
        }
        assertEquals(0, edge.requests.taken());
    }

    @Test
    void aConnectionTooManyIsToldSoAndClosed() throws Exception {
        fill();
        var extra = open();

        var refused = extra.post("/v1/echo", key, "x").answer();

        assertEquals(503, refused.status());
        assertEquals("1", refused.headers().get("retry-after"));
        assertEquals("close", refused.headers().get("connection"));
        assertTrue(refused.body().contains("server.connections_max"), refused::body);
        assertTrue(extra.isClosedByServer());
        assertEquals(List.of(Limit.CONNECTIONS), edge.rejected);
        assertEquals(CONNECTIONS, edge.connections.taken());
        clients.getFirst().close();
        EdgeTest.await(() -> edge.connections.taken() == CONNECTIONS - 1);
        assertEquals(200, open().post("/v1/echo", key, "x").answer().status());
    }

    @Test
    void aConnectionTooManyIsClosedWithoutARequestAndServesHealth() throws Exception {
        fill();
        assertEquals("live\n", open().send(LIVE).answer().body());
        assertTrue(open().isClosedByServer());
    }

    @Test
    void whoeverSendsRequestsWithoutReadingIsServedNoFurther() throws Exception {
        var requests = 500;
        var greedy = new RawClient(edge.port, 4096);
        clients.add(greedy);
        greedy.send(("GET /v1/much HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + key + "\r\n\r\n").repeat(requests));
        EdgeTest.await(() -> edge.answeredMuch.get() > 0);
        // Each answer to another client comes after a turn of the event loop, which could have served the first one.
        var other = open();
        for (var i = 0; i < 50; i++) {
            assertEquals(200, other.post("/v1/echo", key, "x").answer().status());
        }
        var served = edge.answeredMuch.get();
        assertTrue(served * RunningEdge.MUCH_BYTES < 10 << 20, () -> served + " answers are held for it");
        for (var i = 0; i < requests; i++) {
            assertEquals(RunningEdge.MUCH_BYTES, greedy.answer().body().length());
        }
    }

    @Test
    void anAnswerOfWhichNothingIsReadIsGivenUp() throws Exception {
        edge.close();
        edge = edge(1);
        key = edge.key(Set.of(Scope.INFERENCE));
        var reader = new RawClient(edge.port, 4096);
        clients.add(reader);
        reader.send(("GET /v1/much HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + key + "\r\n\r\n").repeat(500));

        EdgeTest.await(() -> edge.answeredMuch.get() > 0 && edge.connections.taken() == 0);

        assertTrue(edge.answeredMuch.get() < 500);
    }

    private static RunningEdge edge(int idleSeconds) {
        return new RunningEdge(
                new ServerSettings(
                        "127.0.0.1", 0, 1, ServerSettings.Transport.AUTO, 60, idleSeconds, 0, Optional.of(CONNECTIONS)),
                new Limits(4096, Optional.of(100_000L), 60, 20, 8192, 64, REQUESTS, 4));
    }

    private void fill() throws IOException {
        for (var i = 0; i < CONNECTIONS; i++) {
            assertEquals("live\n", open().send(LIVE).answer().body());
        }
    }

    private RawClient open() throws IOException {
        var client = new RawClient(edge.port);
        clients.add(client);
        return client;
    }
}
