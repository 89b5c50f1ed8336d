package dev.forebay.telemetry;

import static dev.forebay.telemetry.Pages.assertHas;
import static dev.forebay.telemetry.Pages.end;
import static dev.forebay.telemetry.Pages.outcome;
import static dev.forebay.telemetry.Pages.series;
import static dev.forebay.telemetry.Pages.turn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.RunObserver.RunEnd;
import dev.forebay.agent.RunObserver.ToolEnd;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Usage;
import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Failover;
import dev.forebay.compute.Replica;
import dev.forebay.http.EdgeObserver.Abort;
import dev.forebay.http.EdgeObserver.AuthFailure;
import dev.forebay.http.EdgeObserver.Limit;
import dev.forebay.http.MetricsPage;
import dev.forebay.mcp.McpObserver.Operation;
import dev.forebay.routing.Capacity;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.Lease;
import dev.forebay.routing.LeaseRequest;
import dev.forebay.routing.Router;
import dev.forebay.routing.Waiter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    private static final String LABELS =
            "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"openai\",gen_ai_request_model=\"demo\","
                    + "gen_ai_response_model=\"demo\"";

    private final Router router = new Router(
            List.of(new Deployment(
                    "demo",
                    List.of("pool"),
                    new Deployment.Queue(10, 1 << 20, Duration.ofMinutes(1), Duration.ofMinutes(1)))),
            List.of(new Capacity("pool", 1, 1, false, 1, Failover.DEFAULT)),
            InstantSource.system(),
            new Random(1));
    private final Telemetry telemetry = new Telemetry(Pages.CONFIGURED, "1.2.3");
    private final MetricsPage page = telemetry.page(router);

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void aTurnIsMeasuredByTheNamesOfTheConventions() {
        turn("r1", "demo", 0, null, new Usage(100, 21, 40, 7));
        telemetry.edge().requestEnded(end("r1", "demo", 200, null));

        var text = page.text();
        for (var name : List.of(
                "gen_ai_client_operation_duration_seconds",
                "gen_ai_client_operation_time_to_first_chunk_seconds",
                "gen_ai_server_request_duration_seconds",
                "gen_ai_server_time_to_first_token_seconds",
                "gen_ai_server_time_per_output_token_seconds")) {
            assertHas(text, name + "_count{error_type=\"\"," + LABELS + "} 1");
        }
        assertHas(
                text, "gen_ai_client_operation_duration_seconds_bucket{error_type=\"\"," + LABELS + ",le=\"1.28\"} 1");
        assertHas(
                text, "gen_ai_client_operation_duration_seconds_bucket{error_type=\"\"," + LABELS + ",le=\"0.64\"} 0");
        // 870 ms for the 20 tokens after the first.
        assertHas(
                text,
                "gen_ai_server_time_per_output_token_seconds_bucket{error_type=\"\"," + LABELS + ",le=\"0.05\"} 1");
        assertHas(
                text,
                "gen_ai_server_time_per_output_token_seconds_bucket{error_type=\"\"," + LABELS + ",le=\"0.025\"} 0");
    }

    @Test
    void tokensAreCountedByType() {
        turn("r1", "demo", 0, null, new Usage(100, 21, 40, 7));
        var text = page.text();
        assertTokens(text, "input", 100);
        assertTokens(text, "output", 21);
        assertTokens(text, "cached_input", 40);
        assertTokens(text, "reasoning", 7);
    }

    @Test
    void ourOwnNamesTellOfNodepoolsRetriesAndQueues() {
        turn("r1", "demo", 0, null, Usage.NONE);
        telemetry.turns().admit(Pages.turn("r2", "demo", 0));
        telemetry.turns().ended(Pages.turn("r2", "demo", 0), outcome("upstream_cut", "pool", 3), Usage.NONE);
        var text = page.text();
        assertHas(text, "forebay_upstream_requests_total{nodepool=\"pool\",outcome=\"ok\"} 1.0");
        assertHas(text, "forebay_upstream_requests_total{nodepool=\"pool\",outcome=\"upstream_cut\"} 1.0");
        assertHas(text, "forebay_retries_total{deployment=\"demo\"} 2.0");
        assertHas(text, "forebay_queue_wait_seconds_count{deployment=\"demo\"} 2");
        assertHas(text, "forebay_build_info{version=\"1.2.3\"} 1");
        assertTrue(text.contains("jvm_memory_used_bytes") && text.contains("jvm_threads_live_threads"));
    }

    @Test
    void theEdgeIsCountedByReasonAndEverySeriesIsThereFromTheStart() {
        var before = page.text();
        for (var reason : AuthFailure.values()) {
            assertHas(before, "forebay_auth_failures_total{reason=\"" + reason.word() + "\"} 0.0");
        }
        telemetry.edge().authFailed(AuthFailure.EXPIRED);
        telemetry.edge().limitRejected(Limit.BODY_MEMORY);
        telemetry.edge().streamAborted(Abort.CLIENT_GONE);
        var text = page.text();
        assertHas(text, "forebay_auth_failures_total{reason=\"expired\"} 1.0");
        assertHas(text, "forebay_limit_rejections_total{limit=\"body_memory\"} 1.0");
        assertHas(text, "forebay_sse_aborts_total{reason=\"client_gone\"} 1.0");
    }

    @Test
    void runsToolsAndServersAreMeasured() {
        var took = Duration.ofMillis(50);
        telemetry.runs().toolEnded(new ToolEnd("r1", "agent", "time", "now", "timeout", 0, took));
        telemetry
                .runs()
                .runEnded(new RunEnd("r1", "agent", 3, 2, "stop", null, Set.of("result_bytes_max"), Usage.NONE, took));
        telemetry.mcp().serverChanged("time", true);
        telemetry.mcp().operationEnded(new Operation("time", "tools/call", "now", "stdio", "2025-11-25", null, took));
        var text = page.text();
        assertHas(
                text,
                "gen_ai_execute_tool_duration_seconds_count{error_type=\"timeout\",gen_ai_agent_name=\"agent\","
                        + "gen_ai_tool_name=\"now\",gen_ai_tool_type=\"extension\",mcp_server=\"time\"} 1");
        assertHas(
                text,
                "gen_ai_invoke_agent_duration_seconds_count{error_type=\"\",gen_ai_agent_name=\"agent\","
                        + "gen_ai_request_model=\"agent\"} 1");
        assertHas(text, "forebay_agent_rounds_bucket{model=\"agent\",le=\"3.0\"} 1");
        assertHas(text, "forebay_agent_rounds_bucket{model=\"agent\",le=\"2.0\"} 0");
        assertHas(text, "forebay_agent_stops_total{model=\"agent\",reason=\"stop\"} 1.0");
        assertHas(text, "forebay_mcp_server_up{server=\"time\"} 1.0");
        assertHas(
                text,
                "mcp_client_operation_duration_seconds_count{error_type=\"\",gen_ai_tool_name=\"now\","
                        + "mcp_method_name=\"tools/call\",mcp_protocol_version=\"2025-11-25\",mcp_server=\"time\","
                        + "network_transport=\"pipe\"} 1");
    }

    @Test
    void nodepoolsAreShownAsTheyAreNow() {
        var replica = new Replica("pool/0", "pool", new Replica.State.Starting(Instant.EPOCH));
        report(replica);
        assertHas(page.text(), replicas("starting", 1));

        report(replica.become(new Replica.State.Ready(Endpoint.of(URI.create("http://127.0.0.1:1/v1")))));
        for (var i = 0; i < 2; i++) {
            router.lease(new LeaseRequest("demo", Set.of(), Instant.MAX), new Waiter() {
                @Override
                public void granted(Lease lease) {}

                @Override
                public void refused(ModelFailure failure) {}
            });
        }
        var text = page.text();
        assertHas(text, replicas("starting", 0));
        assertHas(text, replicas("ready", 1));
        assertHas(text, "forebay_nodepool_inflight{deployment=\"demo\",nodepool=\"pool\"} 1.0");
        assertHas(text, "forebay_nodepool_queue_depth{deployment=\"demo\"} 1.0");
        assertTrue(text.contains("forebay_nodepool_queue_oldest_age_seconds{deployment=\"demo\"}"));

        report(replica.become(new Replica.State.Failed("why", "why", Instant.MAX, true)));
        assertHas(page.text(), replicas("down", 1));
        report(replica.become(new Replica.State.Stopped()));
        assertHas(page.text(), replicas("down", 0));
    }

    @Test
    void tenThousandNamesAddNoSeries() {
        try (var quiet = Telemetry.unseen(Pages.CONFIGURED)) {
            var quietPage = quiet.page(router);
            everyObserverHears(quiet, 0, 500);
            var before = series(quietPage.text());
            everyObserverHears(quiet, 500, 10_500);
            var after = quietPage.text();
            assertEquals(before, series(after));
            assertTrue(before < 25_000, () -> before + " series");
            assertTrue(after.contains("gen_ai_request_model=\"_other\""));
            assertFalse(after.contains("made-up-10000"));
        }
    }

    @Test
    void anUnseenOneCountsForItself() {
        try (var warmUp = Telemetry.unseen(Pages.CONFIGURED)) {
            warmUp.turns().admit(Pages.turn("w", "demo", 0));
            warmUp.turns().ended(Pages.turn("w", "demo", 0), outcome(null, "pool", 1), Usage.NONE);
            warmUp.edge().requestEnded(end("w", "demo", 200, null));
            assertTrue(warmUp.page(router).text().contains("gen_ai_server_request_duration_seconds_count"));
            assertFalse(page.text().contains("gen_ai_server_request_duration_seconds_count"));
        }
    }

    private static void everyObserverHears(Telemetry telemetry, int from, int to) {
        var took = Duration.ofMillis(1);
        for (var i = from; i < to; i++) {
            var name = "made-up-" + i;
            var made = new dev.forebay.chat.TurnObserver.Turn(
                    name, Pages.turn(name, name, 0).caller(), name, name, true, 0);
            telemetry.turns().admit(made);
            telemetry.turns().ended(made, outcome(name, name, 2), new Usage(1, 2, 1, 1));
            telemetry.runs().toolEnded(new ToolEnd(name, name, name, name, name, 1, took));
            telemetry.runs().toolEnded(new ToolEnd(name, "agent", "time", name, null, 1, took));
            telemetry.runs().toolEnded(new ToolEnd(name, "agent", "url", name, null, 1, took));
            telemetry.runs().runEnded(new RunEnd(name, name, 1, 1, name, name, Set.of(name), Usage.NONE, took));
            telemetry.mcp().operationEnded(new Operation(name, name, name, name, name, name, took));
            telemetry.mcp().operationEnded(new Operation("time", "tools/call", name, "stdio", "v", null, took));
            telemetry.mcp().serverChanged(name, true);
            telemetry.replicas().accept(new Replica(name, name, new Replica.State.Stopped()));
            telemetry
                    .edge()
                    .requestEnded(new dev.forebay.http.EdgeObserver.RequestEnd(
                            name, name, name, name, name, name, i, name, took, took));
        }
    }

    private void turn(String requestId, String model, int round, String error, Usage usage) {
        telemetry.turns().admit(Pages.turn(requestId, model, round));
        telemetry.turns().ended(Pages.turn(requestId, model, round), outcome(error, "pool", 1), usage);
    }

    private void report(Replica replica) {
        telemetry.replicas().accept(replica);
        router.changed(replica);
    }

    private static String replicas(String state, int count) {
        return "forebay_nodepool_replicas{deployment=\"demo\",nodepool=\"pool\",state=\"" + state + "\"} " + count
                + ".0";
    }

    private static void assertTokens(String page, String type, int sum) {
        assertHas(
                page,
                "gen_ai_client_token_usage_sum{error_type=\"\"," + LABELS.replace(",gen_ai_response_model=\"demo\"", "")
                        + ",gen_ai_response_model=\"demo\",gen_ai_token_type=\"" + type + "\"} " + sum + ".0");
    }
}
