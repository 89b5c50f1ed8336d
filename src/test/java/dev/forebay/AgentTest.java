package dev.forebay;

import static dev.forebay.Rounds.call;
import static dev.forebay.Rounds.calling;
import static dev.forebay.Rounds.saying;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.upstream.Answers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One request to an agentic model, from the client's socket to real tools and back. */
class AgentTest {
    private static final Rounds.ToolCall TIME =
            call("c1", "days_between", "{\"from\":\"2024-02-28\",\"to\":\"2024-03-01\"}");
    private static final Rounds.ToolCall SUM = call("c2", "calculate", "{\"expression\":\"2349 * 17.5 / 100\"}");

    private static final CapturedLog log = new CapturedLog();

    @TempDir
    static Path folder;

    private static AgentGateway agents;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        agents = AgentGateway.start(folder, """
                  - {id: agent, nodepools: [pool], agentic: true, agent: {servers: [time, calculator, notes]}}
                  - {id: bare, nodepools: [pool], agentic: true}
                  - {id: broken, nodepools: [pool], agentic: true, agent: {servers: [missing, time]}}
                  - id: tight
                    nodepools: [pool]
                    agentic: true
                    agent: {servers: [calculator], budgets: {rounds_max: 1}}
                """);
        gateway = agents.gateway;
    }

    @AfterAll
    static void stop() {
        agents.close();
        log.close();
    }

    @AfterEach
    void everyRequestWasLookedAt() {
        agents.engine.forgetRequests();
    }

    @Test
    void aStreamWithTwoToolsIsOneAnswer() throws Exception {
        agents.engine.then(calling("Let me see. ", TIME, SUM)).then(saying("411.075, two days"));
        try (var stream =
                gateway.stream(RunningGateway.streamed("agent", "\"stream_options\":{\"include_usage\":true}"))) {
            var chunks = stream.chunks();
            assertEquals("Let me see. 411.075, two days", text(chunks));
            assertEquals(1, count(chunks, "/choices/0/delta/role"));
            assertEquals(1, count(chunks, "/choices/0/finish_reason"));
            assertEquals(1, count(chunks, "/usage"));
            assertEquals(1, count(chunks, "/x_forebay"));
            assertEquals(0, count(chunks, "/choices/0/delta/tool_calls"));
            assertEquals(
                    1,
                    chunks.stream().map(c -> c.path("id").asText()).distinct().count());
            assertTrue(chunks.stream().allMatch(c -> c.path("model").asText().equals("agent")));
            assertEquals(10, chunks.getLast().at("/usage/total_tokens").asInt());
            var last = chunks.get(chunks.size() - 2);
            assertEquals("stop", last.at("/choices/0/finish_reason").asText());
            assertToolsOf(last.path("x_forebay"), "time", "calculator");
        }
        agents.asked();
        var second = agents.asked();
        var results = AgentGateway.contents(second, "tool");
        assertTrue(results.get(0).contains("2"), results::toString);
        assertTrue(results.get(1).contains("411.075"), results::toString);
    }

    @Test
    void aWholeAnswerWithTwoToolsIsOneAnswer() throws Exception {
        agents.engine.then(calling("Let me see. ", TIME, SUM)).then(saying("411.075, two days"));
        var answer = RunningGateway.json(gateway.chat(RunningGateway.hello("agent")));
        assertEquals("chat.completion", answer.path("object").asText());
        assertEquals("agent", answer.path("model").asText());
        assertEquals(1, answer.path("choices").size());
        assertEquals(
                "Let me see. 411.075, two days",
                answer.at("/choices/0/message/content").asText());
        assertFalse(answer.at("/choices/0/message").has("tool_calls"));
        assertEquals("stop", answer.at("/choices/0/finish_reason").asText());
        assertEquals(10, answer.at("/usage/total_tokens").asInt());
        assertToolsOf(answer.path("x_forebay"), "time", "calculator");
    }

    @Test
    void usageIsNotShownInAStreamThatDidNotAskForIt() throws Exception {
        agents.engine.then(saying("hello"));
        try (var stream = gateway.stream(RunningGateway.streamed("agent"))) {
            assertEquals(0, count(stream.chunks(), "/usage"));
        }
    }

    @Test
    void textOfARoundArrivesWhileTheRoundIsStillRunning() throws Exception {
        var clientHasIt = new CountDownLatch(1);
        agents.engine.then(peer -> peer.streamHead()
                .event(Answers.text("live"))
                .stall(clientHasIt)
                .event(Answers.finish("stop"))
                .event("[DONE]")
                .endChunks());
        try (var stream = gateway.stream(RunningGateway.streamed("agent"))) {
            assertEquals("live", stream.text());
            clientHasIt.countDown();
            assertEquals("[DONE]", stream.events().getLast());
        }
    }

    @Test
    void whatIsForTheGatewayAloneNeverReachesTheEngine() throws Exception {
        agents.engine.then(saying("hello"));
        gateway.chat(RunningGateway.hello(
                "bare",
                "\"mcp_servers\":[\"time\"]",
                "\"x_forebay\":{\"trace\":\"off\"}",
                "\"tools\":[{\"type\":\"mcp\",\"server_label\":\"calculator\"}]",
                "\"big\":123456789012345678901234567890.10"));
        var asked = agents.engine.awaitRequest();
        var json = RunningGateway.JSON.readTree(asked.body());
        assertFalse(json.has("x_forebay") || json.has("mcp_servers"), asked::text);
        assertTrue(asked.text().contains("\"big\":123456789012345678901234567890.10"), asked::text);
        var tools = names(json);
        assertTrue(tools.containsAll(List.of("calculate", "current_time")), tools::toString);
        for (var tool : json.path("tools")) {
            assertEquals("function", tool.path("type").asText());
        }
    }

    @Test
    void callsOfOneRoundRunBesideEachOther() throws Exception {
        agents.engine
                .then(calling("", call("c1", "meet", "{}"), call("c2", "meet", "{}")))
                .then(saying("done"));
        gateway.chat(RunningGateway.hello("bare", "\"mcp_servers\":[\"faulty\"]"));
        agents.asked();
        assertEquals(List.of("met", "met"), AgentGateway.contents(agents.asked(), "tool"));
    }

    @Test
    void aServerOfAnAllowedHostMayComeByUrl() throws Exception {
        agents.engine
                .then(calling("", call("c1", "echo", "{\"text\":\"over http\"}")))
                .then(saying("done"));
        gateway.chat(RunningGateway.hello("bare", "\"mcp_servers\":[\"" + agents.remote.url() + "\"]"));
        agents.asked();
        assertEquals(List.of("over http"), AgentGateway.contents(agents.asked(), "tool"));
    }

    @Test
    void toolsOfTheClientComeBackToItAndTheHiddenTurnsAreKept() throws Exception {
        var lookup =
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"lookup\",\"parameters\":{\"type\":\"object\"}}}]";
        agents.engine
                .then(calling("Both. ", SUM, call("c9", "lookup", "{\"q\":1}")))
                .then(saying("all known"));
        var first = RunningGateway.json(gateway.chat(RunningGateway.hello("agent", lookup)));
        assertEquals("tool_calls", first.at("/choices/0/finish_reason").asText());
        var message = first.at("/choices/0/message");
        assertEquals(1, message.path("tool_calls").size(), message::toString);
        assertEquals("lookup", message.at("/tool_calls/0/function/name").asText());
        assertEquals("{\"q\":1}", message.at("/tool_calls/0/function/arguments").asText());

        var id = message.at("/tool_calls/0/id").asText();
        var second = RunningGateway.json(gateway.chat(
                "{\"model\":\"agent\"," + lookup + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}," + message
                        + ",{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":\"from the client\"}]}"));
        assertEquals("all known", second.at("/choices/0/message/content").asText());
        assertEquals("stop", second.at("/choices/0/finish_reason").asText());
        agents.asked();
        var asked = agents.asked();
        var results = AgentGateway.contents(asked, "tool");
        assertTrue(results.get(0).contains("411.075"), results::toString);
        assertEquals("from the client", results.get(1));
        assertEquals(2, asked.at("/messages/1/tool_calls").size(), asked::toString);
    }

    @Test
    void aBudgetThatIsSpentEndsWithAnAnswerAndItsName() throws Exception {
        agents.engine.then(calling("", SUM)).then(saying("so far: 411.075"));
        var answer = RunningGateway.json(gateway.chat(RunningGateway.hello("tight")));
        assertEquals("so far: 411.075", answer.at("/choices/0/message/content").asText());
        assertEquals("length", answer.at("/choices/0/finish_reason").asText());
        assertEquals("rounds_max", answer.at("/x_forebay/stop_reason").asText());
        agents.asked();
        assertFalse(agents.asked().has("tools"));
    }

    @Test
    void aServerWhoseProgramIsMissingIsNamedAndTheRestAnswers() throws Exception {
        agents.engine.then(saying("hello"));
        var answer = RunningGateway.json(gateway.chat(RunningGateway.hello("broken")));
        var unavailable = answer.at("/x_forebay/unavailable");
        assertEquals("missing", unavailable.at("/0/server").asText(), answer::toString);
        var reason = unavailable.at("/0/reason").asText();
        assertTrue(reason.contains("no-such-program-anywhere"), reason);
        assertFalse(reason.contains("/usr/bin"), reason);
        assertTrue(names(agents.asked()).contains("current_time"));
        assertTrue(log.text().contains("no-such-program-anywhere"), log::text);
        assertTrue(log.text().contains("install it or give its full path; the PATH is "), log::text);
    }

    private static void assertToolsOf(JsonNode trace, String... servers) {
        assertEquals(2, trace.path("rounds").asInt(), trace::toString);
        assertEquals(List.of(servers), trace.path("tools").findValuesAsText("server"));
        for (var tool : trace.path("tools")) {
            assertFalse(tool.has("error"), trace::toString);
        }
    }

    private static List<String> names(JsonNode request) {
        return request.path("tools").findValuesAsText("name");
    }

    private static String text(List<JsonNode> chunks) {
        return chunks.stream()
                .map(chunk -> chunk.at("/choices/0/delta/content").asText(""))
                .reduce("", String::concat);
    }

    private static long count(List<JsonNode> chunks, String pointer) {
        return chunks.stream()
                .map(chunk -> chunk.at(pointer))
                .filter(value -> !value.isMissingNode() && !value.isNull())
                .count();
    }
}
