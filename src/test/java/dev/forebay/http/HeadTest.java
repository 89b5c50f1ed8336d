package dev.forebay.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.access.Scope;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients read whose request's head is refused. Which heads are stands in FramingTest. */
class HeadTest {
    private final RunningEdge edge = new RunningEdge(
            new ServerSettings("127.0.0.1", 0, 1, ServerSettings.Transport.AUTO, 60, 60, 0, Optional.empty()),
            new Limits(4096, Optional.of(8192L), 60, 20, 8192, 64, 100, 4));
    private final String key = "authorization: Bearer " + edge.key(Set.of(Scope.INFERENCE)) + "\r\n";

    @AfterEach
    void close() {
        edge.close();
    }

    @Test
    void twoKeysAreCountedAndTheFormOfOneIsShown() throws IOException {
        try (var client = new RawClient(edge.port)) {
            client.send("POST /v1/echo HTTP/1.1\r\nhost: x\r\n" + key + key + "\r\n");
            var answer = client.answer();
            assertEquals(400, answer.status());
            assertTrue(answer.body().contains("2 authorization headers"), answer::body);
            assertTrue(answer.body().contains("authorization: Bearer KEY"), answer::body);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/3.7", "HTTP/2.0", "HTTP/1.2", "HTTP/0.9"})
    void anotherVersionIsToldWhichThereAreInOneOfThem(String version) throws IOException {
        try (var client = new RawClient(edge.port)) {
            client.send("POST /v1/echo " + version + "\r\nhost: x\r\n" + key + "\r\n");
            assertEquals("HTTP/1.1 505 HTTP Version Not Supported", client.line());
            assertTrue(client.line().startsWith("x-request-id: req_"));
            assertTrue(client.isClosedByServer());
        }
        try (var client = new RawClient(edge.port)) {
            var body = client.send("GET /health/live " + version + "\r\n\r\n")
                    .answer()
                    .body();
            assertTrue(body.startsWith("{\"error\":{\"message\":\"this port speaks HTTP/1.1 and HTTP/1.0"), body);
            assertTrue(body.contains("\"code\":\"http_version_not_supported\""), body);
        }
    }
}
