package dev.forebay;

import static dev.forebay.Rounds.call;
import static dev.forebay.Rounds.calling;
import static dev.forebay.Rounds.saying;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.http.RawClient;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.Peer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes away takes everything with it that was done for it: connection, slot, place in the queue, tools. */
class ClientGoneTest {
    @TempDir
    static Path folder;

    private static AgentGateway agents;
    private static RunningGateway gateway;

    private double gone;
    private double aborted;

    @BeforeAll
    static void start() throws Exception {
        agents = AgentGateway.startWithOneSlot(folder, """
                  - {id: relayed, nodepools: [pool]}
                  - {id: bare, nodepools: [pool], agentic: true}
                  - {id: agentic, nodepools: [pool], agentic: true, agent: {servers: [faulty]}}
                """);
        gateway = agents.gateway;
    }

    @AfterAll
    static void stop() {
        agents.close();
    }

    @BeforeEach
    void count() throws Exception {
        agents.engine.forgetRequests();
        gone = goneTurns();
        aborted = abortedStreams();
    }

    /** The one slot of the pool must be free again, else this request would wait. */
    @AfterEach
    void theSlotIsFree() throws Exception {
        gateway.awaitMetric(0, "forebay_nodepool_inflight");
        gateway.awaitMetric(0, "forebay_nodepool_queue_depth");
        agents.engine.then(Answers.json(Answers.completion("next")));
        assertEquals(200, gateway.chat(RunningGateway.hello("relayed")).statusCode());
        RunningGateway.await(() -> gateway.gateway.fronts().activeRequests() == 0, () -> "a request never ends");
    }

    @ParameterizedTest
    @CsvSource({
        "relayed, true, reset", "relayed, false, reset", "relayed, true, close", "relayed, false, close",
        "agentic, true, reset", "agentic, false, reset", "agentic, true, close", "agentic, false, close"
    })
    void beforeTheFirstByte(String model, boolean stream, String how) throws Exception {
        agents.engine.then(Answers.silence());
        var client = ask(model, stream);
        var upstream = agents.engine.awaitRequest();
        leave(client, how);
        upstream.awaitGone();
        awaitCounted(0);
        gateway.awaitMetric(0, "forebay_nodepool_inflight");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relayed", "agentic"})
    void whileItsBodyComes(String model) throws Exception {
        var body = RunningGateway.hello(model);
        var client = gateway.raw()
                .send("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + gateway.key()
                        + "\r\ncontent-length: " + body.length() + "\r\n\r\n" + body.substring(0, 10));
        RunningGateway.await(() -> gateway.gateway.fronts().activeRequests() == 1, () -> "the request never begins");
        client.reset();
        RunningGateway.await(() -> gateway.gateway.fronts().activeRequests() == 0, () -> "the request never ends");
        assertEquals(List.of(), agents.engine.requests());
        awaitCounted(0, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"relayed", "agentic"})
    void inTheMiddleOfAStream(String model) throws Exception {
        agents.engine.then(peer -> peer.streamHead()
                .event(Answers.text("one"))
                .event(Answers.text("two"))
                .stall());
        try (var client = ask(model, true)) {
            var upstream = agents.engine.awaitRequest();
            while (!client.line().contains("two")) {
                continue;
            }
            client.reset();
            upstream.awaitGone();
        }
        awaitCounted(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"relayed", "agentic"})
    void inTheMiddleOfAStreamThatTheModelWritesWithoutAPause(String model) throws Exception {
        agents.engine.then(ClientGoneTest::writeForEver);
        var client = ask(model, true);
        var upstream = agents.engine.awaitRequest();
        client.read(100_000);
        client.reset();
        upstream.awaitGone();
        awaitCounted(1);
    }

    @Test
    void inTheMiddleOfAWholeAnswer() throws Exception {
        agents.engine.then(peer -> peer.head(200, "content-type: application/json", "content-length: 100000")
                .raw("{\"id\":\"c1\",")
                .stall());
        var client = ask("relayed", false);
        var upstream = agents.engine.awaitRequest();
        client.reset();
        upstream.awaitGone();
        awaitCounted(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"relayed", "agentic"})
    void whileItWaitsInTheQueue(String model) throws Exception {
        agents.engine.then(Answers.silence());
        try (var first = ask("relayed", false)) {
            var upstream = agents.engine.awaitRequest();
            var second = ask(model, true);
            gateway.awaitMetric(1, "forebay_nodepool_queue_depth", "deployment=\"" + model + "\"");
            second.reset();
            gateway.awaitMetric(0, "forebay_nodepool_queue_depth", "deployment=\"" + model + "\"");
            assertEquals(1, agents.engine.requests().size());
            first.reset();
            upstream.awaitGone();
        }
        RunningGateway.await(() -> goneTurns() == gone + 2, () -> "not counted");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whileAToolRunsOverHttp(boolean stream) throws Exception {
        var before = agents.remote.cancelled().size();
        var running = agents.remote.running();
        agents.engine.then(calling("Wait. ", call("c1", "hang", "{}")));
        var client = raw(RunningGateway.hello(
                "bare", "\"stream\":" + stream, "\"mcp_servers\":[\"" + agents.remote.url() + "\"]"));
        agents.engine.awaitRequest();
        RunningGateway.await(() -> agents.remote.running() == running + 1, () -> "the tool is never called");
        client.reset();
        RunningGateway.await(
                () -> agents.remote.cancelled().size() == before + 1, () -> "the server is never told to stop");
        assertEquals(1, agents.engine.requests().size(), "no further round");
    }

    @Test
    void whileAToolRunsInAProcess() throws Exception {
        agents.engine.then(calling("Wait. ", call("c1", "hang", "{}")));
        var client = ask("agentic", true);
        while (!client.line().contains("Wait. ")) {
            continue;
        }
        // Calls of a tool are counted by the server once they are there, so the next one sees the first.
        RunningGateway.await(() -> seen().contains("running=2"), () -> "the tool is never called");
        client.reset();
        RunningGateway.await(() -> seen().contains("cancelled=1"), () -> "the server is never told to stop");
    }

    /** What the server in its process has seen, asked by another request. */
    private static String seen() {
        try {
            agents.engine.then(calling("", call("c1", "seen", "{}"))).then(saying("ok"));
            gateway.chat(RunningGateway.hello("agentic"));
            return AgentGateway.contents(
                            RunningGateway.JSON.readTree(
                                    agents.engine.requests().getLast().body()),
                            "tool")
                    .getFirst();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static RawClient ask(String model, boolean stream) throws Exception {
        return raw(RunningGateway.hello(model, "\"stream\":" + stream));
    }

    private static RawClient raw(String body) throws Exception {
        return gateway.raw().post("/v1/chat/completions", gateway.key(), body);
    }

    private static void leave(RawClient client, String how) throws Exception {
        if (how.equals("reset")) {
            client.reset();
        } else {
            client.close();
        }
    }

    private static void writeForEver(Peer peer) throws Exception {
        peer.streamHead();
        while (true) {
            peer.event(Answers.text("on and on "));
        }
    }

    private void awaitCounted(int streams) {
        awaitCounted(1, streams);
    }

    private void awaitCounted(int turns, int streams) {
        RunningGateway.await(
                () -> goneTurns() == gone + turns && abortedStreams() == aborted + streams,
                () -> "counted " + (goneTurns() - gone) + " turns, " + (abortedStreams() - aborted) + " streams");
    }

    private static double goneTurns() {
        return sum("gen_ai_client_operation_duration_seconds_count", "error_type=\"client_gone\"");
    }

    private static double abortedStreams() {
        return sum("forebay_sse_aborts_total", "reason=\"client_gone\"");
    }

    private static double sum(String name, String... labels) {
        try {
            return gateway.metric(name, labels);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
