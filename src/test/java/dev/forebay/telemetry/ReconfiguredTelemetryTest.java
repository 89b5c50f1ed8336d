package dev.forebay.telemetry;

import static dev.forebay.telemetry.Pages.assertHas;
import static dev.forebay.telemetry.Pages.end;
import static dev.forebay.telemetry.Pages.outcome;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.RunObserver.RunEnd;
import dev.forebay.agent.RunObserver.ToolEnd;
import dev.forebay.chat.Usage;
import dev.forebay.compute.Failover;
import dev.forebay.config.Binding;
import dev.forebay.config.Yaml;
import dev.forebay.mcp.McpObserver.Operation;
import dev.forebay.mcp.McpServer;
import dev.forebay.mcp.McpServerFile;
import dev.forebay.mcp.McpSettings;
import dev.forebay.mcp.ToolCatalog;
import dev.forebay.process.Processes;
import dev.forebay.routing.Capacity;
import dev.forebay.routing.Deployment;
import dev.forebay.routing.Router;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the page shows after the configuration has been replaced. */
class ReconfiguredTelemetryTest {
    private static final Configured OLD =
            Configured.of(Set.of("stays", "goes"), Set.of("pool", "bay"), Set.of("time", "notes"));
    private static final Configured NEW =
            Configured.of(Set.of("stays", "comes"), Set.of("pool", "dock"), Set.of("time", "files"));

    private final Telemetry telemetry = new Telemetry(OLD, "1.2.3");

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void rowsOfWhatIsGoneAreNoLongerShownAndAllOthersGoOn() {
        somethingOfEverything("stays", "pool", "time");
        somethingOfEverything("goes", "bay", "notes");
        // One row that is shared by what stays on a nodepool that goes.
        turn("stays", "bay");
        telemetry.mcp().serverChanged("time", true);
        var before = page();
        for (var gone : List.of("\"goes\"", "\"bay\"", "\"notes\"")) {
            assertTrue(before.contains(gone), gone);
        }

        telemetry.configure(NEW);

        var after = page();
        for (var gone : List.of("\"goes\"", "\"bay\"", "\"notes\"")) {
            assertEquals("", lines(after, gone));
        }
        assertEquals(lines(before, "\"time\""), lines(after, "\"time\""));
        assertEquals(lines(before.replaceAll("(?m)^.*\"bay\".*$", ""), "\"stays\""), lines(after, "\"stays\""));
        somethingOfEverything("stays", "pool", "time");
        assertHas(page(), "forebay_upstream_requests_total{nodepool=\"pool\",outcome=\"ok\"} 2.0");
        assertHas(page(), "forebay_tool_calls_total{outcome=\"ok\",server=\"time\"} 2.0");
        assertHas(page(), "forebay_queue_wait_seconds_count{deployment=\"stays\"} 3");
        assertHas(page(), "forebay_mcp_server_up{server=\"time\"} 1.0");
    }

    @Test
    void whatIsNewHasRowsAndWhatIsGoneCountsAsOther() {
        telemetry.configure(NEW);
        somethingOfEverything("comes", "dock", "files");
        somethingOfEverything("goes", "bay", "notes");
        telemetry.mcp().serverChanged("files", true);
        telemetry.mcp().serverChanged("notes", true);
        assertHas(page(), "forebay_upstream_requests_total{nodepool=\"dock\",outcome=\"ok\"} 1.0");
        assertHas(page(), "forebay_upstream_requests_total{nodepool=\"_other\",outcome=\"ok\"} 1.0");
        assertHas(page(), "forebay_agent_stops_total{model=\"comes\",reason=\"stop\"} 1.0");
        assertHas(page(), "forebay_agent_stops_total{model=\"_other\",reason=\"stop\"} 1.0");
        assertHas(page(), "forebay_mcp_server_up{server=\"files\"} 1.0");
        assertFalse(page().contains("\"notes\""));
    }

    @Test
    void namesOfBothConfigurationsHaveRowsWhileBothAreInUse() {
        telemetry.configure(OLD.and(NEW));
        somethingOfEverything("goes", "bay", "notes");
        somethingOfEverything("comes", "dock", "files");
        assertFalse(page().contains("_other"));
        telemetry.configure(NEW);
        assertEquals("", lines(page(), "\"goes\""));
        assertHas(page(), "forebay_agent_stops_total{model=\"comes\",reason=\"stop\"} 1.0");
    }

    @Test
    void aNameThatComesBackBeginsAnew() {
        somethingOfEverything("goes", "bay", "notes");
        telemetry.configure(NEW);
        telemetry.configure(OLD);
        assertEquals("", lines(page(), "\"goes\""));
        somethingOfEverything("goes", "bay", "notes");
        assertHas(page(), "forebay_upstream_requests_total{nodepool=\"bay\",outcome=\"ok\"} 1.0");
        assertHas(page(), "forebay_mcp_server_up{server=\"notes\"} 0.0");
    }

    @Test
    void aServerThatWasRemovedIsShownUntilItsLastRequestsHaveEnded() {
        var vertx = Vertx.vertx();
        try (var catalog = new ToolCatalog(
                settings(),
                List.of(server("time")),
                new Processes(Map.of(), null),
                vertx,
                List.of("true"),
                Path.of("target"),
                System::nanoTime,
                new SplittableRandom(1),
                telemetry.mcp())) {
            catalog.start();
            telemetry.watch(catalog);
            assertTrue(page().contains("forebay_mcp_calls{server=\"time\"}"));

            var leaving = catalog.configure(settings(), List.of(server("files")));
            assertTrue(page().contains("forebay_mcp_calls{server=\"time\"}"));
            assertTrue(page().contains("forebay_mcp_server_state{server=\"files\""));

            leaving.end();
            assertFalse(page().contains("forebay_mcp_calls{server=\"time\"}"));
            assertFalse(page().contains("forebay_mcp_server_state{server=\"time\""));
            assertTrue(page().contains("forebay_mcp_server_restarts_total{server=\"files\"}"));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void deploymentsThatAreNoMoreHaveNoRows() {
        var before = telemetry.page(router("goes", "bay")).text();
        assertHas(before, "forebay_nodepool_queue_depth{deployment=\"goes\"} 0.0");
        var after = telemetry.page(router("comes", "bay")).text();
        assertEquals("", lines(after, "\"goes\""));
        assertHas(after, "forebay_nodepool_queue_depth{deployment=\"comes\"} 0.0");
        assertHas(after, "forebay_nodepool_inflight{deployment=\"comes\",nodepool=\"bay\"} 0.0");
    }

    private void somethingOfEverything(String model, String nodepool, String server) {
        var took = Duration.ofMillis(50);
        turn(model, nodepool);
        telemetry.edge().requestEnded(end("r", model, 200, null));
        telemetry.runs().toolEnded(new ToolEnd("r", model, server, "tool", null, 0, took));
        telemetry.runs().runEnded(new RunEnd("r", model, 1, 1, "stop", null, Set.of("rounds_max"), Usage.NONE, took));
        telemetry.mcp().operationEnded(new Operation(server, "tools/call", "tool", "stdio", "v", null, took));
        telemetry.mcp().sessionEnded(server, "stdio", "v", false, took);
    }

    private void turn(String model, String nodepool) {
        telemetry.turns().admit(Pages.turn("r", model, 0));
        telemetry.turns().ended(Pages.turn("r", model, 0), outcome(null, nodepool, 2), new Usage(1, 2, 1, 1));
    }

    private String page() {
        return telemetry.page(router("stays", "pool")).text();
    }

    /** Without gauges of the largest value, which fades. */
    private static String lines(String page, String word) {
        return String.join(
                "\n",
                page.lines()
                        .filter(line -> line.contains(word) && !line.contains("_max{"))
                        .toList());
    }

    private static Router router(String deployment, String nodepool) {
        return new Router(
                List.of(new Deployment(
                        deployment,
                        List.of(nodepool),
                        new Deployment.Queue(10, 1 << 20, Duration.ofMinutes(1), Duration.ofMinutes(1)))),
                List.of(new Capacity(nodepool, 1, 1, false, 1, Failover.DEFAULT)),
                InstantSource.system(),
                new Random(1));
    }

    private static McpSettings settings() {
        return Binding.bind(Yaml.parse("mcp", ""), McpSettings.class, _ -> null);
    }

    private static McpServer server(String id) {
        var yaml = Yaml.parse(id + "/config.yaml", "command: [no-such-program]");
        return new McpServer(id, Path.of("target"), Binding.bind(yaml, McpServerFile.class, _ -> null));
    }
}
