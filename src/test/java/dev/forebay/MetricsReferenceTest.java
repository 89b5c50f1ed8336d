package dev.forebay;

import static dev.forebay.Rounds.call;
import static dev.forebay.Rounds.calling;
import static dev.forebay.Rounds.saying;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.http.RawClient;
import dev.forebay.upstream.Answers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference of metrics against a running gateway, and what the gauges among them tell. */
class MetricsReferenceTest {
    private static final Pattern ROW =
            Pattern.compile("\\| `([a-z0-9_]+)` \\| (counter|gauge|histogram|summary) \\|([^|]*)\\| [^|]+ \\|");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    private static final Set<String> GEN_AI = Set.of(
            "error_type",
            "gen_ai_operation_name",
            "gen_ai_provider_name",
            "gen_ai_request_model",
            "gen_ai_response_model");

    /** There once the JVM has collected garbage in that way. */
    private static final Set<String> MAY_BE_ABSENT = Set.of(
            "jvm_gc_pause_seconds",
            "jvm_gc_pause_seconds_max",
            "jvm_gc_concurrent_phase_time_seconds",
            "jvm_gc_concurrent_phase_time_seconds_max",
            "jvm_gc_memory_allocated_bytes_total",
            "jvm_gc_memory_promoted_bytes_total",
            "jvm_gc_live_data_size_bytes",
            "jvm_gc_max_data_size_bytes");

    @TempDir
    static Path folder;

    private static AgentGateway agents;
    private static RunningGateway gateway;

    /** Something of everything that is counted. */
    @BeforeAll
    static void makeTraffic() throws Exception {
        agents = AgentGateway.start(folder, """
                  - id: agent
                    nodepools: [pool]
                    agentic: true
                    agent: {servers: [calculator, faulty], budgets: {rounds_max: 1}}
                """);
        gateway = agents.gateway;
        agents.engine.then(Answers.streamingHello());
        gateway.chat(RunningGateway.streamed("plain"));
        agents.engine
                .then(calling("", call("c1", "large", "{\"bytes\":50000}"), call("c2", "die", "{}")))
                .then(saying("so be it"));
        gateway.chat(RunningGateway.hello("agent"));
        gateway.chat(RunningGateway.hello("agent", "\"mcp_servers\":[\"http://169.254.169.254/mcp\"]"));
        gateway.awaitMetric(2, "forebay_http_requests_total", "status=\"200\"");
        gateway.awaitMetric(1, "mcp_client_session_duration_seconds_count", "error_type=\"lost\"");
    }

    @AfterAll
    static void stop() {
        agents.close();
    }

    @Test
    void theReferenceNamesEveryMetricWithItsTypeAndLabelsAndNoOther() throws Exception {
        var documented = documented();
        var scraped = scraped();
        var missing = new TreeSet<>(scraped.keySet());
        missing.removeAll(documented.keySet());
        assertTrue(missing.isEmpty(), () -> "docs/reference/metrics.md lacks " + rows(scraped, missing));
        var invented = new TreeSet<>(documented.keySet());
        invented.removeAll(scraped.keySet());
        invented.removeAll(MAY_BE_ABSENT);
        assertTrue(invented.isEmpty(), () -> "docs/reference/metrics.md tells of " + invented);
        scraped.forEach((name, told) -> assertEquals(told, documented.get(name), name));
    }

    @Test
    void streamsAreCountedWhileTheyLast() throws Exception {
        var goOn = new CountDownLatch(1);
        agents.engine.then(peer -> peer.streamHead()
                .event(Answers.text("live"))
                .stall(goOn)
                .event(Answers.finish("stop"))
                .event("[DONE]")
                .endChunks());
        try (var stream = gateway.stream(RunningGateway.streamed("plain"))) {
            assertEquals("live", stream.text());
            assertEquals(1, gateway.metric("forebay_sse_clients"));
            goOn.countDown();
            stream.events();
        }
        gateway.awaitMetric(0, "forebay_sse_clients");
    }

    @Test
    void whatAClientDoesNotReadIsSeen() throws Exception {
        var text = Answers.text("x".repeat(8000));
        agents.engine.then(peer -> {
            peer.streamHead();
            while (true) {
                peer.event(text);
            }
        });
        try (var client = new RawClient(gateway.port(), 4096)) {
            client.post("/v1/chat/completions", gateway.key(), RunningGateway.streamed("plain"));
            RunningGateway.await(() -> pending() > 0, () -> "nothing is ever unread");
        }
        gateway.awaitMetric(0, "forebay_sse_clients");
        assertEquals(0, pending());
    }

    @Test
    void bodiesThatAreReadTakeOfTheirMemory() throws Exception {
        var goOn = new CountDownLatch(1);
        agents.engine.then(peer -> {
            peer.stall(goOn);
            peer.close();
        });
        var body = RunningGateway.streamed("plain", "\"pad\":\"" + "x".repeat(10_000) + "\"");
        try (var client = new RawClient(gateway.port(), 4096)) {
            client.post("/v1/chat/completions", gateway.key(), body);
            gateway.awaitMetric(body.length(), "forebay_body_memory_bytes");
            assertTrue(gateway.metric("forebay_body_memory_max_bytes") > body.length());
        }
        goOn.countDown();
        gateway.awaitMetric(0, "forebay_body_memory_bytes");
    }

    @Test
    void theStateOfEachServerIsTold() throws Exception {
        gateway.awaitMetric(1, "forebay_mcp_server_restarts_total", "server=\"faulty\"");
        gateway.awaitMetric(1, "forebay_mcp_server_state", "server=\"faulty\"", "state=\"up\"");
        gateway.awaitMetric(1, "forebay_mcp_server_state", "server=\"missing\"", "state=\"down\"");
        gateway.awaitMetric(0, "forebay_mcp_circuit_open", "server=\"faulty\"");
        gateway.awaitMetric(0, "forebay_mcp_calls");
        assertTrue(gateway.metric("forebay_mcp_tools", "server=\"calculator\"") > 0);
        gateway.awaitMetric(0, "forebay_mcp_tools", "server=\"missing\"");
    }

    @Test
    void outcomesOfToolsAndBudgetsThatWereMetAreCounted() {
        gateway.awaitMetric(1, "forebay_tool_calls_total", "server=\"faulty\"", "outcome=\"ok\"");
        gateway.awaitMetric(1, "forebay_tool_calls_total", "server=\"faulty\"", "outcome=\"lost\"");
        gateway.awaitMetric(1, "forebay_agent_budgets_met_total", "model=\"agent\"", "budget=\"rounds_max\"");
        gateway.awaitMetric(1, "forebay_agent_budgets_met_total", "model=\"agent\"", "budget=\"result_bytes_max\"");
        gateway.awaitMetric(1, "forebay_mcp_url_refusals_total", "reason=\"mcp_host_not_allowed\"");
    }

    private static double pending() {
        try {
            return gateway.metric("forebay_sse_pending_bytes");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String rows(TreeMap<String, String> scraped, Set<String> names) {
        return names.stream()
                .map(name -> "\n| `" + name + "` | " + scraped.get(name) + " | |")
                .collect(Collectors.joining());
    }

    /** Type and labels by name. */
    private static TreeMap<String, String> documented() throws IOException {
        var rows = new TreeMap<String, String>();
        var text = Files.readString(Path.of("docs/reference/metrics.md"));
        for (var row = ROW.matcher(text); row.find(); ) {
            var labels = Arrays.stream(row.group(3).split("[, ]+"))
                    .map(label -> label.replace("`", ""))
                    .filter(label -> !label.isEmpty())
                    .collect(Collectors.toCollection(TreeSet::new));
            if (labels.remove("GenAI")) {
                labels.addAll(GEN_AI);
            }
            rows.put(row.group(1), row.group(2) + " | " + String.join(", ", labels));
            if (!row.group(2).equals("gauge") && !row.group(2).equals("counter")) {
                rows.put(row.group(1) + "_max", "gauge | " + String.join(", ", labels));
            }
        }
        return rows;
    }

    private static TreeMap<String, String> scraped() throws Exception {
        var page = gateway.metrics();
        var told = new TreeMap<String, String>();
        for (var line : page.lines().filter(l -> l.startsWith("# TYPE ")).toList()) {
            var words = line.split(" ");
            var labels = new TreeSet<String>();
            page.lines()
                    .filter(l -> l.matches(Pattern.quote(words[2]) + "(_bucket|_count|_sum)?[{ ].*"))
                    .flatMap(l -> LABEL.matcher(l).results().map(found -> found.group(1)))
                    .filter(label -> !label.equals("le"))
                    .forEach(labels::add);
            told.put(words[2], words[3] + " | " + String.join(", ", labels));
        }
        return told;
    }
}
