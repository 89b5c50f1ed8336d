package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Odd requests, which arrive as they are, and wrong ones, of which the engine hears nothing. */
class RequestTableTest {
    private static final ObjectMapper EXACT =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    @TempDir
    static Path folder;

    private static FakeUpstream engine;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        engine = FakeUpstream.start();
        gateway = RunningGateway.start(folder, """
                nodepools:
                  - {id: pool, base_url: "%s"}
                models:
                  - {id: relayed, nodepools: [pool]}
                  - {id: agentic, nodepools: [pool], agentic: true}
                """.formatted(engine.baseUrl()));
    }

    @AfterAll
    static void stop() throws Exception {
        try (var ending = gateway) {
            // A client has its answer a moment before the request counts as ended.
            ending.awaitMetric(0, "forebay_nodepool_inflight");
            RunningGateway.await(() -> ending.gateway.fronts().activeRequests() == 0, () -> "a request never ends");
        }
        engine.close();
    }

    @BeforeEach
    void forget() {
        engine.forgetRequests();
    }

    private static List<String> odd() {
        return List.of(
                "\"unknown\":{\"a\":[1,{\"b\":null}],\"\":true}",
                "\"big\":123456789012345678901234567890123456789012345678901234567890",
                "\"long\":0.1000000000000000000000000000000000000000001",
                "\"far\":1e400",
                "\"near\":1E-400",
                "\"forms\":[1E5,1e+5,1.0,1.50,-1,0.0,10]",
                "\"below\":-0.0",
                "\"zero\":-0",
                "\"escapes\":\"\\u00e9\\/\\ud83d\\ude00 é 😀 \\u0000\\b\\t\\\\\\\"\"",
                "\"n\\u0061me\":1",
                "\"half\":\"\\ud83d\"",
                "\"z\":1,\"a\":2,\"m\":3",
                " \t\r\n \"blank\" \n : \r [ 1 , 2 ] \t ",
                "\"empty\":{},\"none\":[],\"text\":\"\"",
                "\"temperature\":\"warm\",\"top_p\":null,\"stop\":7",
                "\"n\":1,\"prompt\":[\"a\",[1,2]]",
                "\"deep\":" + "[".repeat(100) + "]".repeat(100));
    }

    @ParameterizedTest
    @MethodSource("odd")
    void isRelayedByteForByte(String members) throws Exception {
        for (var body : List.of(
                RunningGateway.hello("relayed", members, "\"twice\":1,\"twice\":{\"a\":1}"),
                "\n" + RunningGateway.hello("relayed", members).replace("{\"model\"", "{" + members + ",\"model\"")
                        + "\n")) {
            engine.then(Answers.json(Answers.completion("hello")));
            assertEquals(200, gateway.chat(body).statusCode());
            assertEquals(body, engine.awaitRequest().text());
        }
    }

    /** The agent takes a request apart, since it asks anew in each round: what it means arrives, not its form. */
    @ParameterizedTest
    @MethodSource("odd")
    void meansTheSameToAnAgentsEngine(String members) throws Exception {
        engine.then(Answers.streamingHello());
        var body = RunningGateway.hello("agentic", members);
        assertEquals(200, gateway.chat(body).statusCode());
        var expected = (ObjectNode) EXACT.readTree(body);
        var arrived = (ObjectNode) EXACT.readTree(engine.awaitRequest().body());
        expected.properties().stream()
                .filter(member ->
                        !member.getKey().equals("model") && !member.getKey().equals("messages"))
                .forEach(member -> assertSame(member.getValue(), arrived.path(member.getKey())));
    }

    private static Stream<Arguments> wrong() {
        return Stream.of(
                wrong("", 400, "invalid_json"),
                wrong(" ", 400, "invalid_json"),
                wrong("{", 400, "invalid_json"),
                wrong("[]", 400, "invalid_json"),
                wrong("[{\"model\":\"MODEL\"}]", 400, "invalid_json"),
                wrong("null", 400, "invalid_json"),
                wrong("7", 400, "invalid_json"),
                wrong("\"MODEL\"", 400, "invalid_json"),
                wrong("\uFEFF{\"model\":\"MODEL\",\"messages\":[]}", 400, "invalid_json"),
                wrong("{\"model\":\"MODEL\",\"messages\":[]} {}", 400, "invalid_json"),
                wrong("{\"model\":\"MODEL\",\"messages\":[],}", 400, "invalid_json"),
                wrong("{'model':'MODEL'}", 400, "invalid_json"),
                wrong("{\"model\":\"MODEL\",\"messages\":[]}\u0000", 400, "invalid_json"),
                wrong("{\"model\":\"MODEL\",\"a\":01}", 400, "invalid_json"),
                wrong("{\"model\":\"MODEL\",\"a\":NaN}", 400, "invalid_json"),
                wrong("{\"model\":\"MODEL\",\"a\":\"\n\"}", 400, "invalid_json"),
                wrong("{\"model\":\"MODEL\",\"a\":" + deep(2000) + "}", 400, "invalid_json"),
                wrong("{\"model\":\"MODEL\",\"messages\":" + deep(100_000) + "}", 400, "invalid_json"),
                wrong("{\"messages\":[]}", 400, "missing_required_parameter"),
                wrong("{\"model\":null,\"messages\":[]}", 400, "invalid_type"),
                wrong("{\"model\":7,\"messages\":[]}", 400, "invalid_type"),
                wrong("{\"model\":[\"MODEL\"],\"messages\":[]}", 400, "invalid_type"),
                wrong("{\"model\":\"MODEL\",\"model\":\"MODEL\",\"messages\":[]}", 400, "duplicate_member"),
                wrong("{\"model\":\"\",\"messages\":[]}", 404, "model_not_found"),
                wrong("{\"model\":\"no-such-model\",\"messages\":[]}", 404, "model_not_found"),
                wrong("{\"model\":\"MODEL\\u0000\",\"messages\":[]}", 404, "model_not_found"),
                wrong("{\"model\":\"MODEL\",\"stream\":1,\"messages\":[]}", 400, "invalid_type"),
                wrong("{\"model\":\"MODEL\",\"stream\":\"true\",\"messages\":[]}", 400, "invalid_type"),
                wrong("{\"model\":\"MODEL\",\"stream\":{},\"messages\":[]}", 400, "invalid_type"),
                wrong("{\"model\":\"MODEL\",\"stream\":true,\"stream\":false}", 400, "duplicate_member"),
                wrong("{\"model\":\"MODEL\",\"stream\":true,\"stream_options\":7}", 400, "invalid_type"),
                wrong("{\"model\":\"MODEL\",\"stream\":true,\"stream_options\":[]}", 400, "invalid_type"),
                wrong("{\"model\":\"MODEL\",\"stream_options\":{\"include_usage\":true}}", 400, "invalid_value"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isRefusedBeforeTheEngineHearsOfIt(String body, int status, String code) throws Exception {
        for (var model : List.of("relayed", "agentic")) {
            var answer = gateway.chat(body.replace("MODEL", model));
            assertEquals(status, answer.statusCode(), answer::body);
            var error = RunningGateway.json(answer).path("error");
            assertEquals(code, error.path("code").asText(), answer::body);
            assertEquals("invalid_request_error", error.path("type").asText(), answer::body);
            assertTrue(error.path("message").asText().length() > 10, answer::body);
            assertTrue(error.has("param"), answer::body);
        }
        assertTrue(engine.requests().isEmpty(), "something was sent to the engine");
    }

    /** These members only the agent acts on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"messages\":7",
                "\"messages\":{}",
                "\"messages\":null",
                "\"messages\":[7]",
                "\"messages\":[[]]",
                "\"messages\":[],\"tools\":7",
                "\"messages\":[],\"tools\":[7]",
                "\"messages\":[],\"tools\":{}",
                "\"messages\":[],\"mcp_servers\":7",
                "\"messages\":[],\"mcp_servers\":[7]",
                "\"messages\":[],\"mcp_servers\":\"time\"",
                "\"messages\":[],\"n\":2",
                "\"messages\":[],\"n\":\"two\"",
                "\"messages\":[],\"tool_choice\":7",
                "\"messages\":[],\"parallel_tool_calls\":\"yes\"",
                "\"messages\":[],\"x_forebay\":7",
                "\"messages\":[],\"x_forebay\":{\"trace\":7}"
            })
    void anAgentRefusesWhatItCannotActOn(String members) throws Exception {
        var answer = gateway.chat("{\"model\":\"agentic\"," + members + "}");
        assertEquals(400, answer.statusCode(), answer::body);
        var error = RunningGateway.json(answer).path("error");
        assertEquals("invalid_request_error", error.path("type").asText(), answer::body);
        assertTrue(error.path("param").isTextual(), answer::body);
        assertTrue(engine.requests().isEmpty(), "something was sent to the engine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "Bearer ", "Bearer", "Basic abc", "wrong", ""})
    void aWrongKeyIs401(String authorization) throws Exception {
        for (var model : List.of("relayed", "agentic")) {
            var answer =
                    gateway.post("/v1/chat/completions", RunningGateway.hello(model), "authorization", authorization);
            assertEquals(401, answer.statusCode(), answer::body);
            assertTrue(RunningGateway.json(answer).at("/error/code").isTextual(), answer::body);
        }
        assertTrue(engine.requests().isEmpty(), "something was sent to the engine");
    }

    private static void assertSame(JsonNode expected, JsonNode arrived) {
        if (expected.isNumber()) {
            assertEquals(0, expected.decimalValue().compareTo(arrived.decimalValue()), arrived::toString);
        } else if (expected.isContainerNode()) {
            assertEquals(expected.size(), arrived.size());
            for (var i = 0; i < expected.size() && expected.isArray(); i++) {
                assertSame(expected.path(i), arrived.path(i));
            }
            expected.properties().forEach(member -> assertSame(member.getValue(), arrived.path(member.getKey())));
        } else {
            assertEquals(expected, arrived);
        }
    }

    private static Arguments wrong(String body, int status, String code) {
        return Arguments.of(body, status, code);
    }

    private static String deep(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }
}
