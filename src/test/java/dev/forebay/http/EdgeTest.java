package dev.forebay.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.access.Scope;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EdgeTest {
    private static final int BODY_BYTES_MAX = 4096;

    private final RunningEdge edge = new RunningEdge(
            new ServerSettings("127.0.0.1", 0, 1, ServerSettings.Transport.AUTO, 1, 2, 0, Optional.empty()),
            new Limits(BODY_BYTES_MAX, Optional.of(2L * BODY_BYTES_MAX), 1, 20, 8192, 64, 100, 4));
    private final BodyMemory memory = edge.memory;
    private final Health health = edge.health;
    private final List<ApiRequest> held = edge.held;
    private final LinkedBlockingQueue<EdgeObserver.RequestEnd> ends = edge.ends;
    private final String good = edge.key(Set.of(Scope.INFERENCE));
    private final String metricsOnly = edge.key(Set.of(Scope.METRICS));
    private final int port = edge.port;

    @AfterEach
    void close() {
        edge.close();
    }

    @Test
    void servesBothPathsAndKeepsTheConnection() throws Exception {
        try (var client = new RawClient(port)) {
            assertEquals("one", client.post("/v1/echo", good, "one").answer().body());
            var answer = client.post("/v2/ext/openai/v1/echo", good, "two").answer();
            assertEquals("two", answer.body());
            assertEquals("req_2", answer.headers().get("x-request-id"));
        }
    }

    @Test
    void takesBothSchemesAndTellsWhatIsWrongWithAKey() throws Exception {
        assertEquals(
                200,
                once("POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Key " + good + "\r\n\r\n")
                        .status());
        for (var header : List.of("", "authorization: Basic x\r\n", "authorization: Bearer bad\r\n")) {
            var answer = once("POST /v1/echo HTTP/1.1\r\nhost: x\r\n" + header + "content-length: 0\r\n\r\n");
            assertEquals(401, answer.status());
            assertTrue(answer.body().contains("\"code\":\"invalid_api_key\""), answer.body());
        }
        assertEquals(
                403,
                once("POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + metricsOnly + "\r\n\r\n")
                        .status());
    }

    @Test
    void keepsARequestIdThatIsFit() throws Exception {
        var head = "POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + good + "\r\nx-request-id: ";
        assertEquals("a.b-C_1", once(head + "a.b-C_1\r\n\r\n").headers().get("x-request-id"));
        assertEquals("req_1", once(head + "a b\r\n\r\n").headers().get("x-request-id"));
    }

    @Test
    void refusesFramingThatAnotherServerMightReadDifferently() throws Exception {
        var key = "authorization: Bearer " + good + "\r\n";
        for (var head : List.of(
                "POST /v1/echo HTTP/1.1\r\nhost: x\r\nhost: y\r\n" + key + "\r\n",
                "POST http://169.254.169.254/v1/echo HTTP/1.1\r\nhost: x\r\n" + key + "\r\n",
                "POST /v1/echo HTTP/1.1\r\nhost: x\r\n" + key
                        + "content-length: 2\r\ntransfer-encoding: chunked\r\n\r\nab",
                "POST /v1/echo HTTP/1.1\r\nhost: x\r\n" + key + "content-length: 2\r\ncontent-length: 3\r\n\r\nabc",
                "POST /v1/echo HTTP/1.1\r\nhost: x\r\n" + key + "content-length: +2\r\n\r\nab",
                "POST /v1/echo HTTP/1.1\r\nhost: x\r\n" + key + "transfer-encoding : chunked\r\n\r\n0\r\n\r\n",
                "POST /v1/echo HTTP/1.1\r\nhost: x\r\n" + key + "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /v1/echo HTTP/1.1\nhost: x\n" + key.replace("\r", "") + "\n",
                "POST /v1/echo HTTP/1.1\r\n" + key + "\r\n")) {
            var status = once(head).status();
            assertTrue(status == 400 || status == 404, status + " for " + head);
        }
    }

    @Test
    void boundsTheHead() throws Exception {
        var many = "a: b\r\n".repeat(30);
        assertEquals(
                431,
                once("POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + good + "\r\n" + many + "\r\n")
                        .status());
        assertEquals(
                431,
                once("POST /v1/echo HTTP/1.1\r\nhost: x\r\na: " + "b".repeat(9000) + "\r\n\r\n")
                        .status());
        assertEquals(
                414,
                once("POST /" + "b".repeat(9000) + " HTTP/1.1\r\nhost: x\r\n\r\n")
                        .status());
    }

    @Test
    void refusesALargeBodyBeforeAndWhileItComes() throws Exception {
        var head = "POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + good + "\r\n";
        var declared = once(head + "content-length: 5000\r\n\r\n");
        assertEquals(413, declared.status());
        assertEquals("close", declared.headers().get("connection"));
        var chunk = "800\r\n" + "x".repeat(2048) + "\r\n";
        assertEquals(
                413,
                once(head + "transfer-encoding: chunked\r\n\r\n" + chunk.repeat(3))
                        .status());
        assertEquals(0, memory.reservedBytes());
    }

    @Test
    void aClientThatIsStillSendingReadsWhyItWasRefused() throws Exception {
        try (var client = new RawClient(port)) {
            client.send("POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + good
                    + "\r\ncontent-length: 5000000\r\n\r\n" + "x".repeat(1_000_000));

            assertEquals(413, client.answer().status());
            assertTrue(client.isClosedByServer());
        }
    }

    @Test
    void sharesTheMemoryForBodies() throws Exception {
        try (var first = new RawClient(port);
                var second = new RawClient(port)) {
            first.post("/v1/hold", good, "x".repeat(BODY_BYTES_MAX));
            second.post("/v1/hold", good, "x".repeat(BODY_BYTES_MAX));
            await(() -> held.size() == 2);

            var answer = once("POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + good
                    + "\r\ncontent-length: 10\r\n\r\n");

            assertEquals(429, answer.status());
            assertEquals("1", answer.headers().get("retry-after"));
        }
        await(() -> memory.reservedBytes() == 0);
    }

    @Test
    void asksForTheBodyOfAClientThatWaits() throws Exception {
        try (var client = new RawClient(port)) {
            client.send("POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + good
                    + "\r\nexpect: 100-continue\r\n" + "content-length: 2\r\n\r\n");
            assertEquals(100, client.answer().status());
            assertEquals("hi", client.send("hi").answer().body());
        }
        var refused = once("POST /v1/echo HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
        assertEquals(401, refused.status());
    }

    @Test
    void endsConnectionsThatDribbleOrIdle() throws Exception {
        try (var dribbler = new RawClient(port);
                var late = new RawClient(port);
                var idle = new RawClient(port)) {
            dribbler.send("POST /v1/echo HTTP/1.1\r\nho");
            late.send("POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + good
                    + "\r\ncontent-length: 9\r\n\r\nab");
            idle.post("/v1/echo", good, "x").answer();

            assertEquals(408, late.answer().status());
            assertTrue(dribbler.isClosedByServer());
            assertTrue(idle.isClosedByServer());
        }
    }

    @Test
    void tellsWhoServesThatTheClientHasGone() throws Exception {
        var gone = new java.util.concurrent.CountDownLatch(1);
        try (var client = new RawClient(port)) {
            client.post("/v1/hold", good, "x");
            await(() -> held.size() == 1);
            held.getFirst().onInterrupted(new ApiRequest.Interrupted() {
                @Override
                public void clientGone() {
                    gone.countDown();
                }

                @Override
                public void abort(ApiError reason) {}
            });
            client.reset();
        }
        assertTrue(gone.await(20, TimeUnit.SECONDS));
        assertEquals(499, ends.poll(20, TimeUnit.SECONDS).status());
    }

    @Test
    void refusesEncodedBodiesWrongMethodsAndUnknownPaths() throws Exception {
        var key = "host: x\r\nauthorization: Bearer " + good + "\r\n";
        assertEquals(
                415,
                once("POST /v1/echo HTTP/1.1\r\n" + key + "content-encoding: gzip\r\n\r\n")
                        .status());
        assertEquals(
                417,
                once("POST /v1/echo HTTP/1.1\r\n" + key + "expect: much\r\n\r\n")
                        .status());
        var wrong = once("GET /v1/echo HTTP/1.1\r\n" + key + "\r\n");
        assertEquals(405, wrong.status());
        assertEquals("POST", wrong.headers().get("allow"));
        assertEquals(
                404,
                once("POST /v1/nothing HTTP/1.1\r\n" + key + "content-length: 0\r\n\r\n")
                        .status());
        assertEquals(
                "thing", once("GET /v1/things/a/b HTTP/1.1\r\n" + key + "\r\n").body());
    }

    @Test
    void servesAPostWhosePathIsWrittenDifferently() throws Exception {
        var rest = " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + good + "\r\ncontent-length: 2\r\n\r\nhi";
        for (var path : List.of("/v1/echo/", "/v1//echo", "/v1/%65cho")) {
            assertEquals("hi", once("POST " + path + rest).body(), path);
        }
    }

    @Test
    void answersHeadAsGetWithoutTheBody() throws Exception {
        var rest = " HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer " + good + "\r\n\r\n";
        for (var path : List.of("/v1/things/a", "/health/live", "/health/ready", "/metrics")) {
            try (var client = new RawClient(port)) {
                client.send("HEAD " + path + rest);
                assertEquals("HTTP/1.1 200 OK", client.line(), path);
                for (var line = client.line(); !line.isEmpty(); ) {
                    line = client.line();
                }
                assertEquals(-1, client.read(1), path);
            }
            var wrong = once("DELETE " + path + rest);
            assertEquals(405, wrong.status());
            assertEquals("GET, HEAD", wrong.headers().get("allow"));
        }
    }

    @Test
    void refusesWhatItCannotReadInTheSameForm() throws Exception {
        assertRefused(400, "NONSENSE\r\n\r\n");
        assertRefused(400, "GET /v1/things HTTP/1.1\r\nno colon\r\n\r\n");
        assertRefused(400, "POST /v1/echo HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n");
        assertRefused(400, "GET /v1/things/%zz HTTP/1.1\r\nhost: x\r\n\r\n");
        assertRefused(400, "GET /v1/things/a HTTP/1.1\r\n\r\n");
        assertRefused(404, "OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n");
        assertRefused(414, "GET /" + "a".repeat(9000) + " HTTP/1.1\r\nhost: x\r\n\r\n");
        assertRefused(431, "GET / HTTP/1.1\r\nhost: x\r\nlong: " + "a".repeat(9000) + "\r\n\r\n");
    }

    private void assertRefused(int status, String request) throws IOException {
        var answer = once(request);
        assertEquals(status, answer.status(), answer::body);
        assertTrue(answer.body().startsWith("{\"error\":{\"message\":\""), answer.body());
        assertEquals("application/json", answer.headers().get("content-type"));
    }

    @Test
    void tellsItsHealthAndMetricsAndThatItWasAsked() throws Exception {
        assertEquals(
                "live\n", once("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").body());
        assertEquals(200, once("GET /health/ready HTTP/1.1\r\nhost: x\r\n\r\n").status());
        assertEquals(
                "metrics 1\n", once("GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").body());
        for (var route : List.of("/health/live", "/health/ready", "/metrics")) {
            assertEquals(route, ends.poll(20, TimeUnit.SECONDS).route());
        }
        health.stopping();
        assertEquals(503, once("GET /health/ready HTTP/1.1\r\nhost: x\r\n\r\n").status());
        assertEquals(
                503,
                once("POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + good + "\r\n\r\n")
                        .status());
    }

    private RawClient.Answer once(String request) throws IOException {
        try (var client = new RawClient(port)) {
            return client.send(request).answer();
        }
    }

    static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it did not come to it within 20 s");
            Thread.sleep(5);
        }
    }
}
