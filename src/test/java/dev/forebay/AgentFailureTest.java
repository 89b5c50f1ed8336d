package dev.forebay;

import static dev.forebay.Rounds.call;
import static dev.forebay.Rounds.calling;
import static dev.forebay.Rounds.saying;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agentic requests that are refused or fail, and what is left of them. */
class AgentFailureTest {
    @TempDir
    static Path folder;

    private static AgentGateway agents;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        agents = AgentGateway.start(folder, """
                  - {id: agent, nodepools: [pool], agentic: true, agent: {servers: [notes, faulty]}}
                  - id: hasty
                    nodepools: [pool]
                    agentic: true
                    agent: {servers: [faulty], budgets: {tool_timeout_seconds: 1, seconds_max: 30}}
                """);
        gateway = agents.gateway;
    }

    @AfterAll
    static void stop() {
        agents.close();
    }

    @BeforeEach
    void forget() {
        agents.engine.forgetRequests();
    }

    @Test
    void anUnknownServerIsRefusedWithTheNearestName() throws Exception {
        var error = refusal(400, gateway.chat(RunningGateway.hello("agent", "\"mcp_servers\":[\"calculater\"]")));
        assertTrue(error.contains("did you mean \\\"calculator\\\"?"), error);
        assertTrue(error.contains("\"param\":\"mcp_servers[0]\""), error);
        assertTrue(error.contains("\"code\":\"unknown_mcp_server\""), error);
    }

    @Test
    void aUrlOfAHostThatIsNotAllowedIsRefused() throws Exception {
        var url = "http://169.254.169.254/mcp";
        for (var member : List.of(
                "\"mcp_servers\":[\"" + url + "\"]",
                "\"tools\":[{\"type\":\"mcp\",\"server_label\":\"x\",\"server_url\":\"" + url + "\"}]")) {
            var error = refusal(400, gateway.chat(RunningGateway.hello("agent", member)));
            assertTrue(error.contains("allowed_hosts"), error);
        }
    }

    @Test
    void aModelThatIsNotAgenticTakesNoServers() throws Exception {
        for (var member :
                List.of("\"mcp_servers\":[\"time\"]", "\"tools\":[{\"type\":\"mcp\",\"server_label\":\"time\"}]")) {
            var error = refusal(400, gateway.chat(RunningGateway.hello("plain", member)));
            assertTrue(error.contains("\"code\":\"model_not_agentic\""), error);
        }
    }

    @Test
    void severalChoicesAreRefused() throws Exception {
        var error = refusal(400, gateway.chat(RunningGateway.hello("agent", "\"n\":2")));
        assertTrue(error.contains("\"param\":\"n\""), error);
    }

    @Test
    void aFailureAfterAToolWithSideEffectsIsNotToBeSentAgain() throws Exception {
        var save = call("c1", "save_note", "{\"key\":\"k\",\"text\":\"t\"}");
        for (var failing : List.of(
                Answers.refusal(500, "{\"error\":{\"message\":\"out of memory\"}}"),
                Answers.refusal(429, "{\"error\":{\"message\":\"slow down\"}}"),
                Answers.refusal(401, "{\"error\":{\"message\":\"who are you\"}}"),
                Answers.refusal(422, "{\"error\":{\"message\":\"too odd\"}}"),
                Answers.cut())) {
            agents.engine.then(calling("", save)).then(failing);
            var error = gateway.chat(RunningGateway.hello("agent"));
            assertEquals(400, error.statusCode(), error::body);
            assertTrue(error.body().contains("failed_after_effects"), error::body);
            assertTrue(error.body().contains("notes.save_note"), error::body);
        }
    }

    @Test
    void aFailureAfterToolsThatOnlyReadMayBeSentAgain() throws Exception {
        agents.engine
                .then(calling("", call("c1", "list_notes", "{}")))
                .then(Answers.refusal(503, "{\"error\":{\"message\":\"busy\"}}"));
        assertEquals(503, gateway.chat(RunningGateway.hello("agent")).statusCode());
    }

    @Test
    void aStreamThatFailsInALaterRoundEndsWithAnError() throws Exception {
        agents.engine
                .then(calling("Let me see. ", call("c1", "save_note", "{\"key\":\"k\",\"text\":\"t\"}")))
                .then(Answers.refusal(500, "{}"));
        try (var stream = gateway.stream(RunningGateway.streamed("agent"))) {
            var events = stream.events();
            assertTrue(events.getFirst().contains("Let me see. "), events::toString);
            assertTrue(events.getLast().contains("failed_after_effects"), events::toString);
        }
        gateway.awaitMetric(1, "forebay_sse_aborts_total", "reason=\"upstream\"");
    }

    @Test
    void theModelIsToldOfAToolThatDiesOrHangsAndAnswers() throws Exception {
        agents.engine
                .then(calling("", call("c1", "hang", "{}"), call("c2", "no_such_tool", "{}")))
                .then(saying("so be it"));
        try (var stream = gateway.stream(RunningGateway.streamed("hasty"))) {
            assertEquals("so be it", stream.text());
        }
        agents.asked();
        var results = AgentGateway.contents(agents.asked(), "tool");
        assertTrue(results.get(0).contains("did not answer"), results::toString);
        assertTrue(results.get(1).contains("no_such_tool"), results::toString);
    }

    @Test
    void whatADyingToolWroteNeverComesOut() throws Exception {
        agents.engine
                .then(calling("", call("c1", "die", "{\"text\":\"secret-of-the-server\"}")))
                .then(saying("gone"));
        var answer = gateway.chat(RunningGateway.hello("agent"));
        agents.asked();
        var told = agents.asked().toString();
        assertTrue(told.contains("exit code 3"), told);
        // It stands in the call that the model made itself, and nowhere else.
        assertEquals(1, told.split("secret-of-the-server", -1).length - 1, told);
        assertTrue(!answer.body().contains("secret-of-the-server"), answer::body);
    }

    @Test
    void aClientSeesASignOfLifeWhileAToolIsSilent() throws Exception {
        agents.engine
                .then(calling("", call("c1", "progress", "{\"steps\":1,\"millis\":1500}")))
                .then(saying("done"));
        try (var stream = gateway.stream(RunningGateway.streamed("agent"))) {
            assertEquals(": keep-alive", stream.line());
            assertEquals(": keep-alive", stream.line());
            assertEquals("done", stream.text());
        }
    }

    private static String refusal(int status, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer::body);
        assertTrue(agents.engine.requests().isEmpty(), "nothing was asked of the engine");
        return answer.body();
    }
}
