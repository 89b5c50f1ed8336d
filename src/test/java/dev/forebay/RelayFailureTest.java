package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the client hears of a model server that refuses, breaks off, or is slow. */
class RelayFailureTest {
    @TempDir
    static Path folder;

    private static FakeUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        upstream = FakeUpstream.start();
        int nobodyThere;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobodyThere = taken.getLocalPort();
        }
        var yaml = """
                stream: {heartbeat_seconds: 1, early_head_seconds: 1}
                upstream: {first_event_seconds: 3, idle_seconds: 2}
                nodepools:
                  - {id: pool, base_url: "URL", failover: {retry_after_seconds_max: 0}}
                  - {id: gone, base_url: "http://127.0.0.1:PORT/v1"}
                models:
                  - {id: theirs, nodepools: [pool]}
                  - {id: unreachable, nodepools: [gone]}
                """;
        gateway = RunningGateway.start(
                folder,
                yaml.replace("URL", upstream.baseUrl().toString()).replace("PORT", Integer.toString(nobodyThere)));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 413, 422, 429})
    void whatTheServerSaysOfTheRequestIsPassedOn(int status) throws Exception {
        var said =
                "{\"error\":{\"message\":\"too long\",\"type\":\"t\",\"param\":\"messages\",\"code\":\"c\",\"more\":1}}";
        for (var stream : List.of(false, true)) {
            upstream.then(
                    Answers.refusal(status, said, "retry-after: 7", "retry-after-ms: 6500", "x-should-retry: false"));
            var answer = gateway.chat(RunningGateway.hello("theirs", "\"stream\":" + stream));
            assertEquals(status, answer.statusCode());
            assertEquals(said, answer.body());
            var headers = answer.headers();
            assertEquals("7", headers.firstValue("retry-after").orElseThrow());
            assertEquals("6500", headers.firstValue("retry-after-ms").orElseThrow());
            assertEquals("false", headers.firstValue("x-should-retry").orElseThrow());
            assertTrue(answer.headers().firstValue("x-request-id").isPresent());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401, 502, upstream_unauthorized",
        "403, 502, upstream_unauthorized",
        "500, 502, upstream_error",
        "502, 502, upstream_error",
        "503, 503, upstream_error",
        "504, 504, upstream_error"
    })
    void theServersOwnFaultsAreTheGatewaysFaultsToTheClient(int theirs, int ours, String code) throws Exception {
        for (var stream : List.of(false, true)) {
            upstream.then(Answers.refusal(theirs, "{\"error\":{\"message\":\"of the engine\"}}"));
            var answer = gateway.chat(RunningGateway.hello("theirs", "\"stream\":" + stream));
            assertEquals(ours, answer.statusCode());
            var error = RunningGateway.json(answer).path("error");
            assertEquals(code, error.path("code").asText());
            assertEquals("api_error", error.path("type").asText());
            assertEquals(theirs >= 500, error.path("message").asText().contains("of the engine"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 304, 307})
    void aRedirectionIs502AndIsNotFollowed(int status) throws Exception {
        for (var stream : List.of(false, true)) {
            upstream.then(Answers.refusal(status, "", "location: http://127.0.0.1:1/elsewhere"));
            var answer = gateway.chat(RunningGateway.hello("theirs", "\"stream\":" + stream));
            assertEquals(502, answer.statusCode());
            assertTrue(answer.body().contains("status " + status), answer.body());
            assertFalse(answer.body().contains("elsewhere"), answer.body());
        }
    }

    @Test
    void whatFollowsAnInterimStatusIsNotTakenForTheNextAnswer() throws Exception {
        for (var stream : List.of(false, true)) {
            upstream.then(peer -> {
                peer.raw("HTTP/1.1 102 Processing\r\n\r\n");
                peer.whole(200, "application/json", Answers.completion("stale").getBytes(StandardCharsets.UTF_8));
            });
            assertEquals(
                    502,
                    gateway.chat(RunningGateway.hello("theirs", "\"stream\":" + stream))
                            .statusCode());
            upstream.then(Answers.json(Answers.completion("fresh")));
            var next = gateway.chat(RunningGateway.hello("theirs"));
            assertTrue(next.body().contains("fresh"), next.body());
        }
    }

    @Test
    void aRefusalWhoseMessageIsNoTextIsPutInTheUsualForm() throws Exception {
        upstream.then(Answers.refusal(400, "{\"error\":{\"message\":{\"a\":1},\"code\":[]}}"));
        var error = RunningGateway.json(gateway.chat(RunningGateway.hello("theirs")))
                .path("error");
        assertEquals(
                "the model server refused the request", error.path("message").asText());
        assertEquals("upstream_refused", error.path("code").asText());
    }

    @Test
    void aServerThatIsNotThereIs502AndSaysWhichNodepool() throws Exception {
        var answer = gateway.chat(RunningGateway.streamed("unreachable"));
        assertEquals(502, answer.statusCode());
        assertTrue(answer.body().contains("nodepool gone"), answer.body());
        assertFalse(answer.body().contains("127.0.0.1"), answer.body());
    }

    @Test
    void anAnswerThatIsCutOffIs502() throws Exception {
        for (var stream : List.of(false, true)) {
            upstream.then(Answers.cut());
            assertEquals(
                    502,
                    gateway.chat(RunningGateway.hello("theirs", "\"stream\":" + stream))
                            .statusCode());
        }
        upstream.then(peer -> peer.head(200, "content-type: application/json", "content-length: 1000")
                .raw("{\"id\":1")
                .close());
        assertEquals(502, gateway.chat(RunningGateway.hello("theirs")).statusCode());
    }

    @Test
    void aStreamThatIsCutOffEndsWithAnErrorAndNeverLooksComplete() throws Exception {
        var before = gateway.metric("forebay_sse_aborts_total", "reason=\"upstream\"");
        upstream.then(peer -> peer.streamHead().event(Answers.text("half")).reset());
        assertBrokenOff("upstream_error");
        upstream.then(peer -> peer.streamHead().event(Answers.text("half")).endChunks());
        assertBrokenOff("upstream_error");
        upstream.then(peer -> peer.streamHead()
                .event(Answers.text("half"))
                .event("{\"error\":{\"message\":\"out of memory\",\"code\":500}}")
                .stall());
        assertBrokenOff("upstream_error");
        assertEquals(before + 3, gateway.metric("forebay_sse_aborts_total", "reason=\"upstream\""));
    }

    @Test
    void aStreamForTwoPromptsIsCompleteOnceBothHaveFinished() throws Exception {
        var first = "{\"choices\":[{\"text\":\"a\",\"index\":0,\"finish_reason\":\"stop\"}]}";
        var second = first.replace("\"index\":0", "\"index\":1");
        for (var prompt : List.of("[\"a\",\"b\"]", "[[1,2],[3]]")) {
            var body = "{\"model\":\"theirs\",\"stream\":true,\"prompt\":" + prompt + "}";
            upstream.then(peer -> peer.streamHead().event(first).endChunks());
            var half = gateway.post("/v1/completions", body).body();
            assertTrue(half.contains("upstream_error") && !half.contains("[DONE]"), half);
            upstream.then(peer -> peer.streamHead().event(first).event(second).endChunks());
            assertTrue(gateway.post("/v1/completions", body).body().endsWith("data: [DONE]\n\n"));
            // A list of tokens is one prompt.
            upstream.then(peer -> peer.streamHead().event(first).endChunks());
            var tokens = gateway.post("/v1/completions", body.replace(prompt, "[1,2]"));
            assertTrue(tokens.body().endsWith("data: [DONE]\n\n"), tokens::body);
        }
    }

    @Test
    void aStreamThatFallsSilentGetsCommentsAndEndsWithAnError() throws Exception {
        var end = new CountDownLatch(1);
        upstream.then(peer -> peer.streamHead().event(Answers.text("half")).stall(end));
        try (var stream = gateway.stream(RunningGateway.streamed("theirs"))) {
            assertEquals("half", stream.text());
            assertEquals(": keep-alive", stream.line());
            assertTrue(stream.events().getLast().contains("upstream_timeout"));
        }
        end.countDown();
    }

    @Test
    void theHeadGoesOutEarlyIfTheModelTakesItsTime() throws Exception {
        var begin = new CountDownLatch(1);
        upstream.then(peer -> {
            begin.await();
            Answers.streamingHello().play(peer);
        });
        try (var stream = gateway.stream(RunningGateway.streamed("theirs"))) {
            assertEquals(200, stream.status());
            assertEquals(": keep-alive", stream.line());
            begin.countDown();
            assertEquals("hel", stream.text());
            assertEquals("[DONE]", stream.events().getLast());
        }
    }

    @Test
    void aFailureAfterTheEarlyHeadIsAnEvent() throws Exception {
        var fail = new CountDownLatch(1);
        upstream.then(peer -> {
            fail.await();
            Answers.refusal(422, "{\"error\":{\"message\":\"no\",\"code\":\"bad\"}}")
                    .play(peer);
        });
        try (var stream = gateway.stream(RunningGateway.streamed("theirs"))) {
            assertEquals(200, stream.status());
            fail.countDown();
            assertEquals(List.of("{\"error\":{\"message\":\"no\",\"code\":\"bad\"}}"), stream.events());
        }
    }

    @Test
    void aServerThatDoesNotAnswerInTimeIs504() throws Exception {
        upstream.then(Answers.silence());
        var answer = gateway.chat(RunningGateway.hello("theirs"));
        assertEquals(504, answer.statusCode());
        assertEquals(
                "upstream_timeout",
                RunningGateway.json(answer).at("/error/code").asText());
        upstream.requests().getLast().awaitGone();
    }

    @Test
    void somethingOtherThanAStreamIs502() throws Exception {
        upstream.then(peer -> peer.whole(200, "text/html", "<html>login</html>".getBytes()));
        var answer = gateway.chat(RunningGateway.streamed("theirs"));
        assertEquals(502, answer.statusCode());
        assertTrue(answer.body().contains("base_url"), answer.body());
    }

    private static void assertBrokenOff(String code) throws Exception {
        try (var stream = gateway.stream(RunningGateway.streamed("theirs"))) {
            assertEquals("half", stream.text());
            var events = stream.events();
            assertEquals(1, events.size(), events::toString);
            assertEquals(
                    code,
                    RunningGateway.JSON
                            .readTree(events.getFirst())
                            .at("/error/code")
                            .asText());
        }
    }
}
