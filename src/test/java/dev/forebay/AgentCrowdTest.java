package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.upstream.Answers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many agentic requests at once through one gateway and the same MCP servers: stdio, HTTP, bundled. */
class AgentCrowdTest {
    private static final int REQUESTS = 100;

    @TempDir
    static Path folder;

    private static AgentGateway agents;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        agents = AgentGateway.start(folder, """
                  - {id: agent, nodepools: [pool], agentic: true, agent: {servers: [faulty, calculator]}}
                  - {id: bare, nodepools: [pool], agentic: true}
                """);
        gateway = agents.gateway;
    }

    @AfterAll
    static void stop() {
        agents.close();
    }

    @Test
    void aHundredRequestsAtOnceEachGetTheirOwnResults() throws Exception {
        // None is answered before all are there.
        var all = new CountDownLatch(REQUESTS);
        var before = agents.remote.calls();
        agents.engine.thinking(request -> peer -> {
            if (Obedient.isAsked(Obedient.json(request))) {
                all.countDown();
                peer.stall(all);
            }
            Obedient.answer(request).play(peer);
        });
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<JsonNode>>();
            for (var i = 0; i < REQUESTS; i++) {
                var number = i;
                answers.add(clients.submit(() -> number % 2 == 0 ? whole(number) : streamed(number)));
            }
            for (var i = 0; i < REQUESTS; i++) {
                assertOwn(i, answers.get(i).get(60, TimeUnit.SECONDS));
            }
        }
        assertEquals(before + REQUESTS, agents.remote.calls());
        assertEquals(
                Set.of("null"),
                Set.copyOf(agents.remote.authorizations()),
                "the client's key, or one of ours, went to a server that the client named");
    }

    /** The server at the URL has a tool of the same name as the one behind a pipe. */
    private static String told(int number) {
        return Obedient.tell(
                "agent",
                "faulty__echo {\"text\":\"pipe " + number + "\"}\nremote__echo {\"text\":\"wire " + number
                        + "\"}\ncalculate {\"expression\":\"" + number + " * 1000 + 7\"}",
                remote(),
                "\"stream\":" + (number % 2 == 1),
                "\"user\":\"user-" + number + "\"");
    }

    private static String remote() {
        return "\"tools\":[{\"type\":\"mcp\",\"server_label\":\"remote\",\"server_url\":\"" + agents.remote.url()
                + "\"}]";
    }

    private static JsonNode whole(int number) throws Exception {
        var answer = gateway.chat(told(number));
        assertEquals(200, answer.statusCode(), answer::body);
        return RunningGateway.json(answer);
    }

    /** As the whole answer would have been. */
    private static JsonNode streamed(int number) throws Exception {
        try (var stream = gateway.stream(told(number))) {
            var text = new StringBuilder();
            JsonNode last = null;
            for (var chunk : stream.chunks()) {
                text.append(chunk.at("/choices/0/delta/content").asText(""));
                last = chunk;
            }
            var json = RunningGateway.JSON.createObjectNode();
            json.putArray("choices").addObject().putObject("message").put("content", text.toString());
            json.set("x_forebay", last.path("x_forebay"));
            return json;
        }
    }

    private static void assertOwn(int number, JsonNode answer) {
        var results = answer.at("/choices/0/message/content").asText().split(" \\| ");
        assertEquals("On it. pipe " + number, results[0]);
        assertEquals("wire " + number, results[1]);
        assertTrue(results[2].endsWith((number == 0 ? "" : number + "00") + "7"), results[2]);
        var trace = answer.path("x_forebay");
        assertEquals(
                List.of("faulty", "remote", "calculator"),
                trace.path("tools").findValuesAsText("server"),
                trace::toString);
        assertEquals(2, trace.path("rounds").asInt());
    }

    @Test
    void twoServersWithToolsOfTheSameNamesAreToldApart() throws Exception {
        agents.engine.thinking(Obedient::answer);
        var answer = gateway.chat(Obedient.tell("agent", "faulty__pid {}\nremote__pid {}", remote()));
        var pids = RunningGateway.json(answer)
                .at("/choices/0/message/content")
                .asText()
                .replace("On it. ", "")
                .split(" \\| ");
        // The one at the URL is part of this process.
        var own = Long.toString(ProcessHandle.current().pid());
        assertEquals(own, pids[1]);
        assertTrue(!own.equals(pids[0]) && pids[0].matches("\\d+"), pids[0]);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wordsOfARoundReachTheClientBeforeItsToolHasEnded(boolean overStdio) throws Exception {
        agents.engine.thinking(Obedient::answer);
        var body = Obedient.tell(
                "bare", "meet {}", "\"stream\":true", overStdio ? "\"mcp_servers\":[\"faulty\"]" : remote());
        try (var stream = gateway.stream(body)) {
            assertEquals("On it. ", stream.text());
            // The tool waits for a second call, which nobody makes before the words were read.
            try (var other = gateway.stream(body)) {
                assertEquals("On it. ", other.text());
                assertEquals("met", other.text());
            }
            assertEquals("met", stream.text());
        }
    }

    @Test
    void aRequestThatFailsTakesNoOtherWithIt() throws Exception {
        agents.engine.thinking(request -> {
            var json = Obedient.json(request);
            return !Obedient.isAsked(json) && Obedient.results(json).equals("broken")
                    ? Answers.reset()
                    : Obedient.answer(request);
        });
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<Integer>>();
            for (var i = 0; i < 40; i++) {
                var text = i % 4 == 0 ? "broken" : "fine " + i;
                answers.add(
                        clients.submit(() -> gateway.chat(Obedient.tell("agent", "echo {\"text\":\"" + text + "\"}"))
                                .statusCode()));
            }
            for (var i = 0; i < 40; i++) {
                assertEquals(i % 4 == 0 ? 400 : 200, answers.get(i).get(60, TimeUnit.SECONDS));
            }
        }
    }
}
