package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What of a model server's answer reaches the client. */
class RelayAnswerTest {
    private static final String FINISH = Answers.finish("stop");
    private static final String ASKS_FOR_USAGE = "\"stream_options\":{\"include_usage\":true}";

    @TempDir
    static Path folder;

    private static FakeUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        upstream = FakeUpstream.start();
        var yaml = """
                nodepools:
                  - {id: pool, base_url: "URL", model: theirs}
                models:
                  - {id: ours, aliases: [alias], nodepools: [pool]}
                  - {id: theirs, nodepools: [pool]}
                """;
        gateway = RunningGateway.start(
                folder, yaml.replace("URL", upstream.baseUrl().toString()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void aWholeAnswerIsTheServersOwnButForTheModelsName() throws Exception {
        var odd = Answers.completion("h\\u00e9 \\/")
                .replace("\"created\":1", "\"created\" : 1e0,\"twice\":1,\"twice\":2");
        for (var name : List.of("ours", "alias", "local/main/models/ours", "theirs")) {
            upstream.then(Answers.json(odd));
            var answer = gateway.chat(RunningGateway.hello(name));
            assertEquals(200, answer.statusCode());
            assertEquals(odd.replace("\"model\":\"theirs\"", "\"model\":\"" + name + "\""), answer.body());
        }
    }

    @Test
    void aStreamIsTheServersOwnButForTheModelsName() throws Exception {
        var odd = Answers.text("h\\u00e9 \\/").replace("\"created\":1", "\"created\" : 1e0,\"twice\":1,\"twice\":2");
        for (var name : List.of("ours", "theirs")) {
            upstream.then(Answers.streaming(odd, FINISH, Answers.usage()));
            try (var stream = gateway.stream(RunningGateway.streamed(name, ASKS_FOR_USAGE))) {
                assertEquals("text/event-stream; charset=utf-8", stream.header("content-type"));
                assertEquals(
                        Stream.of(odd, FINISH, Answers.usage(), "[DONE]")
                                .map(event -> event.replace("\"model\":\"theirs\"", "\"model\":\"" + name + "\""))
                                .toList(),
                        stream.events());
            }
        }
    }

    @Test
    void textArrivesBeforeTheStreamEnds() throws Exception {
        var clientHasIt = new CountDownLatch(1);
        upstream.then(peer -> peer.streamHead()
                .event(Answers.text("first"))
                .stall(clientHasIt)
                .event(Answers.text("second"))
                .event(FINISH)
                .event("[DONE]")
                .endChunks());
        try (var stream = gateway.stream(RunningGateway.streamed("ours"))) {
            assertEquals("first", stream.text());
            clientHasIt.countDown();
            assertEquals("second", stream.text());
            assertEquals(List.of("[DONE]"), stream.events().subList(1, 2));
        }
    }

    static Stream<Arguments> shapesOfUsage() {
        var withUsage = ",\"usage\":" + Answers.USAGE + "}";
        return Stream.of(
                Arguments.of("on a chunk of its own", List.of(FINISH, Answers.usage()), 1),
                Arguments.of(
                        "null until the last chunk",
                        List.of(with(Answers.text("a"), ",\"usage\":null}"), FINISH, Answers.usage()),
                        1),
                Arguments.of("on the finishing chunk", List.of(with(FINISH, withUsage)), 0),
                Arguments.of(
                        "in every chunk, zero at first",
                        List.of(
                                with(Answers.text("a"), ",\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}"),
                                with(FINISH, withUsage)),
                        0),
                Arguments.of(
                        "on a last chunk with an empty choice",
                        List.of(FINISH, with(Answers.chunk("{}"), withUsage)),
                        1));
    }

    /** @param ownChunks how many chunks say nothing but the usage */
    @ParameterizedTest(name = "{0}")
    @MethodSource("shapesOfUsage")
    void usageIsCountedInEveryShapeAndItsChunkShownOnlyIfAskedFor(String shape, List<String> events, int ownChunks)
            throws Exception {
        var script = Answers.streaming(events.toArray(String[]::new));
        var before = tokens();
        upstream.then(script).then(script);
        try (var asked = gateway.stream(RunningGateway.streamed("theirs", ASKS_FOR_USAGE));
                var unasked = gateway.stream(RunningGateway.streamed("theirs"))) {
            assertEquals(events, withoutDone(asked.events()));
            assertEquals(events.subList(0, events.size() - ownChunks), withoutDone(unasked.events()));
        }
        // Two answers of three tokens in and two out.
        RunningGateway.await(() -> tokens() == before + 10, () -> shape + ": counted " + (tokens() - before));
    }

    @Test
    void completionsAndEmbeddingsAreRelayedBelowBothPrefixes() throws Exception {
        var embedding = "{\"object\":\"list\",\"model\":\"theirs\",\"data\":[{\"embedding\":[0.1000000000000000055]}],"
                + "\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}";
        for (var prefix : List.of("/v1", "/v2/ext/openai/v1")) {
            upstream.then(Answers.json(embedding));
            var answer = gateway.post(prefix + "/embeddings", "{\"model\":\"ours\",\"input\":[\"a\",\"b\"]}");
            assertEquals(embedding.replace("theirs", "ours"), answer.body());
            assertEquals(
                    "POST /v1/embeddings HTTP/1.1",
                    upstream.requests().getLast().line());

            var text = "{\"object\":\"text_completion\",\"model\":\"theirs\",\"choices\":[{\"text\":\"x\",\"index\":0,"
                    + "\"finish_reason\":\"stop\"}]}";
            upstream.then(Answers.json(text));
            assertEquals(
                    text.replace("theirs", "ours"),
                    gateway.post(prefix + "/completions", "{\"model\":\"ours\",\"prompt\":\"a\"}")
                            .body());
            assertEquals(
                    "POST /v1/completions HTTP/1.1",
                    upstream.requests().getLast().line());

            upstream.then(Answers.json(Answers.completion("hi")));
            assertEquals(
                    200,
                    gateway.post(prefix + "/chat/completions", RunningGateway.hello("ours"))
                            .statusCode());
            assertEquals(
                    "POST /v1/chat/completions HTTP/1.1",
                    upstream.requests().getLast().line());
        }
    }

    @Test
    void completionsStreamToo() throws Exception {
        var chunk = "{\"object\":\"text_completion\",\"model\":\"theirs\",\"choices\":[{\"text\":\"x\",\"index\":0,"
                + "\"finish_reason\":null}]}";
        var last = chunk.replace("null", "\"stop\"");
        upstream.then(Answers.streaming(chunk, last, Answers.usage()));
        var answer = gateway.post("/v1/completions", "{\"model\":\"ours\",\"prompt\":\"a\",\"stream\":true}");
        assertEquals(
                "data: " + chunk.replace("theirs", "ours") + "\n\ndata: " + last.replace("theirs", "ours")
                        + "\n\ndata: [DONE]\n\n",
                answer.body());
    }

    @Test
    void bodiesOfFiveMegabytesPassInBothDirections() throws Exception {
        var much = "0123456789".repeat(500_000);
        var body = RunningGateway.hello("theirs", "\"user\":\"" + much + "\"");
        upstream.then(Answers.json(Answers.completion(much)));
        var answer = gateway.chat(body);
        assertEquals(Answers.completion(much), answer.body());
        assertTrue(
                upstream.requests().stream().anyMatch(request -> request.text().equals(body)));
    }

    @Test
    void headersOfTheServerStayBehindButForTheTypeOfItsAnswer() throws Exception {
        var body = Answers.completion("hi").getBytes(StandardCharsets.UTF_8);
        upstream.then(peer ->
                peer.whole(200, "application/json", body, "set-cookie: a=b", "server: engine", "x-inside: 10.0.0.1"));
        var headers = gateway.chat(RunningGateway.hello("theirs")).headers();
        assertEquals("application/json", headers.firstValue("content-type").orElseThrow());
        assertTrue(headers.firstValue("x-request-id").orElseThrow().startsWith("req_"));
        for (var name : List.of("set-cookie", "server", "x-inside")) {
            assertFalse(headers.firstValue(name).isPresent(), name);
        }
    }

    private static double tokens() {
        try {
            return gateway.metric("gen_ai_client_token_usage_sum", "gen_ai_token_type=\"input\"")
                    + gateway.metric("gen_ai_client_token_usage_sum", "gen_ai_token_type=\"output\"");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String with(String event, String instead) {
        return event.substring(0, event.length() - 1) + instead;
    }

    private static List<String> withoutDone(List<String> events) {
        assertEquals("[DONE]", events.getLast());
        return events.subList(0, events.size() - 1);
    }
}
