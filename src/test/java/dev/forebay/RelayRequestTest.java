package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a client's request reaches the model server. */
class RelayRequestTest {
    /** Members that no gateway knows, numbers that no double holds, a name that stands twice, escapes and blanks. */
    private static final String ODD = """
            {"model" : "plain","big":123456789012345678901234567890,"long":0.1000000000000000000000000000001,
            \t"twice":1, "twice":{"a":[1,2,{}]},"far":1e400,"minus":-0.0,"escapes":"\\u00e9\\/\\ud83d\\ude00 é \\u0000",
              "messages":[{"role":"user","content":"hello","name":null}] , "model_kwargs":{"model":"other"}}
            """;

    @TempDir
    static Path folder;

    private static FakeUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        upstream = FakeUpstream.answering(Answers.json(Answers.completion("hello")));
        var yaml = """
                nodepools:
                  - {id: with-key, base_url: "URL", api_key: "${env:THEIR_KEY}"}
                  - {id: renamed, base_url: "URL", model: "their \\"own\\" name"}
                  - {id: without-usage, base_url: "URL", stream_usage: false}
                models:
                  - {id: plain, nodepools: [with-key]}
                  - {id: ours, aliases: [alias], nodepools: [renamed]}
                  - {id: old-engine, nodepools: [without-usage]}
                """;
        gateway = RunningGateway.start(
                folder,
                yaml.replace("URL", upstream.baseUrl().toString()),
                Map.of("THEIR_KEY", "key-of-the-model-server"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void aBodyArrivesByteForByte() throws Exception {
        gateway.chat(ODD);
        assertArrayEquals(ODD.getBytes(StandardCharsets.UTF_8), arrived().body());
    }

    @Test
    void aBodyThatIsNoJsonIsRefusedWithThePlaceAndNothingOfTheParser() throws Exception {
        var bodies = List.of(
                "{\n\"model\"",
                "{\"model\":NaN}",
                "{/* */}",
                "{\"a\":" + "[".repeat(500),
                "{\"a\":" + "9".repeat(5000) + "}",
                "{\"\\ud800\":1}");
        for (var body : bodies) {
            var answer = gateway.chat(body);
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().contains(" (line ") || answer.body().contains("exceeds a bound"), answer.body());
            for (var word : List.of("Source", "Feature", "Constraints", "`", "\\n")) {
                assertFalse(answer.body().contains(word), answer.body());
            }
        }
    }

    @Test
    void onlyTheModelsNameIsChangedWhereTheServerKnowsItByAnotherOne() throws Exception {
        for (var name : Set.of("ours", "alias", "local/main/models/ours", "https://x.example/local/main/models/ours")) {
            var sent = ODD.replace("\"plain\"", "\"" + name + "\"");
            gateway.chat(sent);
            assertEquals(
                    ODD.replace("\"plain\"", "\"their \\\"own\\\" name\""),
                    arrived().text());
        }
    }

    @Test
    void usageIsAskedForInEveryStreamAndNothingElseIsChanged() throws Exception {
        assertSent(
                "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\":\"plain\",\"messages\":[]}",
                "{\"stream\":true,\"model\":\"plain\",\"messages\":[]}");
        assertSent(
                "{\"model\":\"plain\",\"stream_options\":{\"include_usage\":true,\"x\":1e3},\"stream\":true}",
                "{\"model\":\"plain\",\"stream_options\":{\"x\":1e3},\"stream\":true}");
        assertSent(
                "{\"model\":\"plain\",\"stream\":true,\"stream_options\":{\"include_usage\": true}}",
                "{\"model\":\"plain\",\"stream\":true,\"stream_options\":{\"include_usage\": false}}");
    }

    @Test
    void usageIsNotAskedOfAnEngineThatRefusesIt() throws Exception {
        assertSent(
                "{\"model\":\"old-engine\",\"stream\":true}",
                "{\"model\":\"old-engine\",\"stream_options\":{\"include_usage\":true},\"stream\":true}");
    }

    @Test
    void whatIsForTheGatewayAloneStaysBehind() throws Exception {
        assertSent("{\"model\":\"plain\",\"n\":1}", "{\"x_forebay\":{\"trace\":\"off\"},\"model\":\"plain\",\"n\":1}");
    }

    @Test
    void onlyAllowedHeadersArrive() throws Exception {
        gateway.post(
                "/v1/chat/completions",
                RunningGateway.hello("plain"),
                "cookie",
                "session=1",
                "x-forwarded-for",
                "10.0.0.1",
                "x-forwarded-host",
                "inside.example",
                "x-forwarded-proto",
                "https",
                "forwarded",
                "for=10.0.0.1",
                "x-forebay-user",
                "me",
                "x-api-key",
                "secret",
                "proxy-authorization",
                "Basic abc",
                "accept-encoding",
                "gzip",
                "accept-language",
                "de",
                "openai-organization",
                "org",
                "x-request-id",
                "their.own-id_1",
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        var arrived = arrived();
        var headers = arrived.head().stream()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "host",
                        "authorization",
                        "content-type",
                        "content-length",
                        "accept",
                        "accept-encoding",
                        "x-request-id",
                        "traceparent"),
                headers);
        assertEquals("Bearer key-of-the-model-server", arrived.header("authorization"));
        assertEquals("identity", arrived.header("accept-encoding"));
        assertEquals("their.own-id_1", arrived.header("x-request-id"));
        assertEquals("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", arrived.header("traceparent"));
    }

    @Test
    void aServerWithoutAKeyOfItsOwnGetsNone() throws Exception {
        gateway.chat(RunningGateway.hello("ours"));
        assertNull(arrived().header("authorization"));
    }

    @Test
    void aTraceparentThatIsNoneStaysBehind() throws Exception {
        for (var wrong : Set.of(
                "1",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")) {
            gateway.post("/v1/chat/completions", RunningGateway.hello("plain"), "traceparent", wrong);
            assertNull(arrived().header("traceparent"), wrong);
        }
    }

    private static void assertSent(String expected, String byClient) throws Exception {
        gateway.chat(byClient);
        assertEquals(expected, arrived().text());
    }

    private static FakeUpstream.Request arrived() {
        return upstream.awaitRequest();
    }
}
