package dev.forebay;

import static dev.forebay.Rounds.call;
import static dev.forebay.Rounds.calling;
import static dev.forebay.Rounds.saying;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What metrics and log tell after some traffic, and what they must not. */
class MetricsTest {
    private static final String SECRET = "the-password-is-swordfish";
    private static final String CHAT = "gen_ai_operation_name=\"chat\"";
    private static final CapturedLog log = new CapturedLog();
    private static final List<String> errors = new ArrayList<>();

    @TempDir
    static Path folder;

    private static AgentGateway agents;
    private static RunningGateway gateway;

    /** Two whole answers, two streams, an embedding, an agentic run with two tools, and six kinds of trouble. */
    @BeforeAll
    static void makeTraffic() throws Exception {
        agents = AgentGateway.start(folder, """
                  - {id: agent, nodepools: [pool], agentic: true, agent: {servers: [calculator, notes]}}
                """);
        gateway = agents.gateway;
        var whole = Answers.json(Answers.completion(SECRET));
        agents.engine.then(whole).then(whole);
        gateway.chat(RunningGateway.hello("plain", "\"user\":\"" + SECRET + "\""));
        gateway.chat(RunningGateway.hello("plain"));
        for (var i = 0; i < 2; i++) {
            agents.engine.then(Answers.streamingHello());
            gateway.chat(RunningGateway.streamed("plain"));
        }
        agents.engine.then(
                Answers.json("{\"model\":\"plain\",\"data\":[],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":9}}"));
        gateway.post("/v1/embeddings", "{\"model\":\"plain\",\"input\":\"" + SECRET + "\"}");
        agents.engine
                .then(calling(
                        SECRET,
                        call("c1", "calculate", "{\"expression\":\"1/0\"}"),
                        call("c2", "save_note", "{\"key\":\"k\",\"text\":\"" + SECRET + "\"}")))
                .then(saying(SECRET));
        gateway.chat(RunningGateway.streamed("agent"));
        makeTrouble();
        // A request is counted a moment after its client has the answer.
        counted(12, "forebay_http_requests_total", "route=\"/v1/");
    }

    private static void makeTrouble() throws Exception {
        agents.engine.then(Answers.refusal(500, "{\"error\":{\"message\":\"out of memory\"}}"));
        trouble(502, RunningGateway.hello("plain"));
        agents.engine.then(Answers.refusal(401, "{\"error\":{\"message\":\"wrong key " + SECRET + "\"}}"));
        trouble(502, RunningGateway.hello("plain"));
        // What is lost with a kept connection is sent again on another.
        agents.engine.then(Answers.reset()).then(Answers.reset());
        trouble(502, RunningGateway.streamed("plain"));
        trouble(404, RunningGateway.hello("no-such-model"));
        trouble(400, RunningGateway.hello("plain").replace("\"hello\"", SECRET));
        var unknown = gateway.post(
                "/v1/chat/completions", RunningGateway.hello("plain"), "authorization", "Bearer " + SECRET);
        assertEquals(401, unknown.statusCode());
        errors.add(unknown.body());
    }

    private static void trouble(int status, String body) throws Exception {
        var answer = gateway.chat(body);
        assertEquals(status, answer.statusCode(), answer::body);
        errors.add(answer.body());
    }

    @AfterAll
    static void stop() {
        agents.close();
        log.close();
    }

    @Test
    void requestsAreCountedByRouteAndStatus() {
        var chat = "route=\"/v1/chat/completions\"";
        counted(5, "forebay_http_requests_total", chat, "status=\"200\"");
        counted(3, "forebay_http_requests_total", chat, "status=\"502\"");
        counted(1, "forebay_http_requests_total", chat, "status=\"404\"");
        counted(1, "forebay_http_requests_total", chat, "status=\"400\"");
        counted(1, "forebay_http_requests_total", chat, "status=\"401\"");
        counted(1, "forebay_http_requests_total", "route=\"/v1/embeddings\"", "status=\"200\"");
        counted(1, "forebay_auth_failures_total", "reason=\"unknown\"");
    }

    @Test
    void servedRequestsHaveTheirTimes() {
        var plain = "gen_ai_request_model=\"plain\"";
        counted(4, "gen_ai_server_request_duration_seconds_count", CHAT, plain, "error_type=\"\"");
        counted(2, "gen_ai_server_time_to_first_token_seconds_count", CHAT, plain);
        counted(1, "gen_ai_server_time_to_first_token_seconds_count", CHAT, "gen_ai_request_model=\"agent\"");
        counted(1, "gen_ai_server_request_duration_seconds_count", "gen_ai_operation_name=\"embeddings\"");
    }

    @Test
    void turnsAndTheirTokensAreCounted() {
        var plain = "gen_ai_request_model=\"plain\"";
        counted(7, "gen_ai_client_operation_duration_seconds_count", CHAT, plain);
        counted(2, "gen_ai_client_operation_duration_seconds_count", CHAT, "gen_ai_request_model=\"agent\"");
        counted(12, "gen_ai_client_token_usage_sum", CHAT, plain, "gen_ai_token_type=\"input\"");
        counted(8, "gen_ai_client_token_usage_sum", CHAT, plain, "gen_ai_token_type=\"output\"");
        counted(4, "gen_ai_client_token_usage_sum", "gen_ai_request_model=\"agent\"", "gen_ai_token_type=\"output\"");
        counted(9, "gen_ai_client_token_usage_sum", "gen_ai_operation_name=\"embeddings\"");
        counted(7, "forebay_upstream_requests_total", "nodepool=\"pool\"", "outcome=\"ok\"");
        for (var outcome : List.of("upstream_4xx", "upstream_5xx", "upstream_cut")) {
            counted(1, "forebay_upstream_requests_total", "nodepool=\"pool\"", "outcome=\"" + outcome + "\"");
        }
    }

    @Test
    void agenticRunsAndToolsAreCounted() {
        counted(1, "gen_ai_invoke_agent_duration_seconds_count", "gen_ai_agent_name=\"agent\"", "error_type=\"\"");
        counted(2, "forebay_agent_rounds_sum", "model=\"agent\"");
        counted(1, "forebay_agent_stops_total", "reason=\"stop\"");
        counted(
                1,
                "gen_ai_execute_tool_duration_seconds_count",
                "mcp_server=\"calculator\"",
                "gen_ai_tool_name=\"calculate\"",
                "error_type=\"tool_error\"");
        counted(1, "gen_ai_execute_tool_duration_seconds_count", "mcp_server=\"notes\"", "error_type=\"\"");
        counted(1, "forebay_mcp_server_up", "server=\"calculator\"");
        counted(0, "forebay_mcp_server_up", "server=\"missing\"");
        counted(2, "mcp_client_operation_duration_seconds_count", "mcp_method_name=\"tools/call\"");
    }

    @Test
    void gaugesTellTheStateOfEachNodepool() throws Exception {
        counted(1, "forebay_nodepool_replicas", "deployment=\"plain\"", "nodepool=\"pool\"", "state=\"ready\"");
        counted(0, "forebay_nodepool_inflight", "deployment=\"plain\"");
        for (var name : List.of("forebay_nodepool_queue_depth", "forebay_nodepool_queue_oldest_age_seconds")) {
            assertTrue(gateway.metrics().contains(name + "{deployment=\"plain\"} 0"), name);
        }
        counted(1, "forebay_build_info");
    }

    @Test
    void namesThatClientsInventAddNoSeries() throws Exception {
        // The first of them brings what a first of its kind may bring: a route, a status, a reason.
        invent(0);
        var before = series();
        for (var i = 1; i < 300; i++) {
            invent(i);
        }
        assertEquals(before, series());
        assertFalse(gateway.metrics().contains("invented-"));
    }

    private static void invent(int i) throws Exception {
        gateway.chat(RunningGateway.hello("invented-" + i));
        gateway.get("/v1/models/invented-" + i);
        counted(i + 1, "forebay_http_requests_total", "route=\"/v1/models/*\"", "status=\"404\"");
    }

    @Test
    void everyRequestHasItsLine() {
        RunningGateway.await(
                () -> log.text()
                                .lines()
                                .filter(line -> line.contains("\"message\":\"request\""))
                                .count()
                        >= 12,
                log::text);
    }

    @Test
    void nothingSecretIsSaidAnywhere() throws Exception {
        var keys = List.of(
                gateway.key(),
                Files.readString(gateway.data.resolve("admin.key")).strip(),
                SECRET);
        for (var hidden : keys) {
            assertFalse(gateway.metrics().contains(hidden), hidden);
            assertFalse(log.text().contains(hidden), () -> line(hidden));
            // What the client itself wrote wrongly may be shown to it.
            for (var error : errors) {
                assertFalse(error.contains(hidden), error);
            }
        }
        assertFalse(log.text().contains("hello"), () -> line("hello"));
    }

    private static String line(String word) {
        return log.text()
                .lines()
                .filter(line -> line.contains(word))
                .findFirst()
                .orElse("");
    }

    private static void counted(double value, String name, String... labels) {
        gateway.awaitMetric(value, name, labels);
    }

    /** How many series requests have made; those of the JVM and of MCP servers come and go with time. */
    private static long series() throws Exception {
        return gateway.metrics()
                .lines()
                .filter(line -> line.startsWith("forebay_http_") || line.startsWith("gen_ai_"))
                .count();
    }
}
