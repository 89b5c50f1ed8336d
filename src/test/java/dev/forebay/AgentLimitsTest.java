package dev.forebay;

import static dev.forebay.Rounds.call;
import static dev.forebay.Rounds.calling;
import static dev.forebay.Rounds.saying;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds an agent when its engine calls for ever, and when its MCP servers do what they should not. */
class AgentLimitsTest {
    @TempDir
    static Path folder;

    private static AgentGateway agents;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        agents = AgentGateway.start(folder, """
                  - {id: agent, nodepools: [pool], agentic: true, agent: {servers: [faulty]}}
                  - {id: rounds_max, nodepools: [pool], agentic: true, agent: {servers: [faulty], budgets: {rounds_max: 3}}}
                  - id: tool_calls_max
                    nodepools: [pool]
                    agentic: true
                    agent: {servers: [faulty], budgets: {tool_calls_max: 2}}
                  - {id: tokens_max, nodepools: [pool], agentic: true, agent: {servers: [faulty], budgets: {tokens_max: 12}}}
                  - {id: seconds_max, nodepools: [pool], agentic: true, agent: {servers: [faulty], budgets: {seconds_max: 1}}}
                  - id: hasty
                    nodepools: [pool]
                    agentic: true
                    agent: {servers: [faulty], budgets: {tool_timeout_seconds: 1, tool_timeout_max_seconds: 2}}
                """);
        gateway = agents.gateway;
    }

    @AfterAll
    static void stop() {
        agents.close();
    }

    @BeforeEach
    void obey() {
        agents.engine.forgetRequests();
        agents.engine.thinking(Obedient::answer);
    }

    @ParameterizedTest
    @CsvSource({
        "rounds_max, 3, false", "tool_calls_max, 3, false", "tokens_max, 3, false", "seconds_max, 1, false",
        "rounds_max, 3, true", "tool_calls_max, 3, true", "tokens_max, 3, true", "seconds_max, 1, true"
    })
    void anEngineThatCallsForEverIsStoppedAndTheBudgetNamed(String budget, int rounds, boolean stream)
            throws Exception {
        agents.engine.thinking(AgentLimitsTest::callsForEver);
        var end = stream ? endOfStream(budget) : RunningGateway.json(gateway.chat(RunningGateway.hello(budget)));
        assertEquals("length", end.at("/choices/0/finish_reason").asText(), end::toString);
        var trace = end.path("x_forebay");
        assertEquals(budget, trace.path("stop_reason").asText(), trace::toString);
        assertTrue(trace.path("budgets_met").toString().contains(budget), trace::toString);
        assertEquals(rounds + 1, trace.path("rounds").asInt(), trace::toString);
        assertFalse(Obedient.json(agents.engine.requests().getLast()).has("tools"));
        gateway.awaitMetric(
                stream ? 2 : 1, "forebay_agent_stops_total", "model=\"" + budget + "\"", "reason=\"" + budget + "\"");
    }

    /** Other arguments each time, so that nothing but the budget stops it. */
    private static FakeUpstream.Script callsForEver(FakeUpstream.Request request) {
        var json = Obedient.json(request);
        if (!json.has("tools")) {
            return saying("enough");
        }
        return json.path("model").asText().equals("seconds_max")
                ? calling("", call("c", "hang", "{}"))
                : calling(
                        "",
                        call("c", "echo", "{\"text\":\"" + json.path("messages").size() + "\"}"));
    }

    private static JsonNode endOfStream(String model) throws Exception {
        try (var stream = gateway.stream(RunningGateway.streamed(model))) {
            return stream.chunks().getLast();
        }
    }

    @Test
    void aServerThatIsKilledInACallIsToldOfAndTheCallIsNotMadeAgain() throws Exception {
        var pid = Long.parseLong(result("agent", "pid {}"));
        var before = seen("hung");
        try (var stream = gateway.stream(Obedient.tell("agent", "hang {}", "\"stream\":true"))) {
            assertEquals("On it. ", stream.text());
            RunningGateway.await(() -> seen("hung") > before, () -> "the call never reaches the server");
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            var told = stream.text();
            assertTrue(told.contains("Whether it had its effect is not known"), told);
            assertTrue(stream.events().getLast().equals("[DONE]"));
        }
        // Neither this one, though it only reads, nor any other: whether a server has seen a call is not known.
        assertEquals(0, seen("hung"));
    }

    @Test
    void aResultThatComesAfterTheCallWasCancelledIsDropped() throws Exception {
        var before = seen("running");
        var late = result("hasty", "late {}");
        assertTrue(late.contains("was cancelled, but it may have had its effect"), late);
        // No more calls run than did before, so this one has been answered.
        RunningGateway.await(() -> seen("running") == before, () -> "the late answer never comes");
        assertEquals("mine", result("hasty", "echo {\"text\":\"mine\"}"));
    }

    @Test
    void aToolThatOnlyEverReportsProgressIsEnded() throws Exception {
        var told = result("hasty", "progress {\"steps\":100000,\"millis\":20}");
        assertTrue(told.contains("2000 ms in all are allowed"), told);
    }

    @Test
    void oddResultsAreTextForTheModelEach() throws Exception {
        var results = result("agent", "blocks {}\nnoise {}\nerror {}\ndeep {}\nlarge {\"bytes\":0}")
                .split(" \\| ");
        assertEquals("one\n[content of type hologram omitted]\n[image image/png 3 bytes omitted]", results[0]);
        assertEquals("after noise", results[1]);
        assertTrue(results[2].startsWith("error: ") && results[2].contains("bad arguments"), results[2]);
        assertTrue(results[3].startsWith("error: "), results[3]);
        assertEquals("The tool returned nothing.", results[4]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "503", "429", "cut", "reset", "cut in the middle"})
    void noToolRunsTwiceWhateverTheNextRoundsAnswerDoes(String failure) throws Exception {
        var failing = failure(failure);
        agents.engine.thinking(
                request -> Obedient.isAsked(Obedient.json(request)) ? Obedient.answer(request) : failing);
        var remote = "\"mcp_servers\":[\"" + agents.remote.url() + "\"]";
        var before = agents.remote.calls();
        var call = "blocks {}";
        var whole = gateway.chat(Obedient.tell("hasty", tools(call), remote));
        assertEquals(400, whole.statusCode(), whole::body);
        try (var stream = gateway.stream(Obedient.tell("hasty", tools(call), remote, "\"stream\":true"))) {
            var last = stream.events().getLast();
            assertTrue(last.contains("failed_after_effects"), last);
        }
        assertEquals(before + 2, agents.remote.calls());
    }

    /** By the name that tells it from the one of the model's own server. */
    private static String tools(String call) {
        return "127_0_0_1__" + call;
    }

    private static FakeUpstream.Script failure(String failure) {
        return switch (failure) {
            case "cut" -> Answers.cut();
            case "reset" -> Answers.reset();
            case "cut in the middle" ->
                peer -> peer.streamHead().event(Answers.text("so")).close();
            default -> Answers.refusal(Integer.parseInt(failure), "{\"error\":{\"message\":\"no\"}}", "retry-after: 0");
        };
    }

    @Test
    void aClientThatSendsItsResultsTwiceMakesNoToolRunAgain() throws Exception {
        var own =
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"own\"}},{\"type\":\"mcp\",\"server_label\":"
                        + "\"remote\",\"server_url\":\"" + agents.remote.url() + "\"}]";
        var before = agents.remote.calls();
        var first = RunningGateway.json(
                gateway.chat(Obedient.tell("hasty", "remote__echo {\"text\":\"hidden\"}\nown {}", own)));
        var message = first.at("/choices/0/message");
        var id = message.at("/tool_calls/0/id").asText();
        var second = "{\"model\":\"hasty\"," + own + ",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}," + message
                + ",{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":\"shown\"}]}";
        for (var i = 0; i < 2; i++) {
            var answer = RunningGateway.json(gateway.chat(second));
            assertEquals(
                    "hidden | shown", answer.at("/choices/0/message/content").asText(), answer::toString);
        }
        assertEquals(before + 1, agents.remote.calls());
    }

    /** Heartbeats come by the interval of the configuration, here a second; {@link LongToolSlow} waits for a minute. */
    @Test
    void aSilentToolIsCoveredByHeartbeatsForAsLongAsItTakes() throws Exception {
        try (var stream = gateway.stream(Obedient.tell("agent", "hang {}", "\"stream\":true"))) {
            assertEquals("On it. ", stream.text());
            for (var i = 0; i < 3; i++) {
                assertEquals(": keep-alive", stream.line());
            }
        }
        gateway.awaitMetric(0, "forebay_mcp_calls", "server=\"faulty\"");
    }

    /** What the server behind a pipe has counted so far, or counts now. */
    private static int seen(String what) {
        try {
            var counts = Pattern.compile("\\b" + what + "=(\\d+)").matcher(result("agent", "seen {}"));
            assertTrue(counts.find());
            return Integer.parseInt(counts.group(1));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** What tools said, as the engine repeats it. */
    private static String result(String model, String calls) throws Exception {
        var answer = gateway.chat(Obedient.tell(model, calls));
        assertEquals(200, answer.statusCode(), answer::body);
        var text = RunningGateway.json(answer).at("/choices/0/message/content").asText();
        assertTrue(text.startsWith("On it. "), text);
        return text.substring("On it. ".length());
    }
}
