package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodepools of processes: load warms the second, which takes its portion, and all goes back when it is over. */
class SpillOverTest {
    private static final int REQUESTS = 12;

    @TempDir
    Path folder;

    @Test
    void spillsOverUnderLoadAndGoesBackAndTellsTheSameStoryEverywhere() throws Exception {
        try (var gateway = RunningGateway.start(folder, """
                        nodepools:
                          - {id: near, command: [forebay, demo, --port, "{port}"], slots: 1}
                          - {id: far, command: [forebay, demo, --port, "{port}"], slots: 4}
                        models:
                          - id: demo
                            nodepools: [near, far]
                            autoscale:
                              {min_replicas: 1, max_replicas: 1, scale_down_delay_seconds: 0, scale_to_zero_delay_seconds: 0}
                            spillover: {queue_age_threshold_ms: 100, close_delay_seconds: 1}
                        """);
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            await(gateway, demo -> pool(demo, "near").path("ready_replicas").asInt() == 1);
            assertEquals(
                    "active", pool(deployment(gateway), "near").path("state").asText());
            assertEquals("idle", pool(deployment(gateway), "far").path("state").asText());

            var answers = new ArrayList<Future<HttpResponse<String>>>();
            for (var i = 0; i < REQUESTS; i++) {
                Callable<HttpResponse<String>> ask = () -> gateway.post("/v1/completions", slow());
                answers.add(clients.submit(ask));
            }
            await(gateway, demo -> pool(demo, "far").path("in_flight").asInt() > 0);
            assertEquals(1, gateway.metric("forebay_nodepool_open", "nodepool=\"far\""));
            for (var answer : answers) {
                assertEquals(200, answer.get().statusCode());
                assertTrue(answer.get().body().contains("[DONE]"));
            }

            var after = await(gateway, demo -> !pool(demo, "far").path("open").asBoolean());
            var decision = pool(after, "far").path("last_decision");
            assertEquals("closed", decision.path("what").asText());
            assertTrue(pool(after, "far").path("share").asDouble() > 0);
            await(gateway, demo -> pool(demo, "far").path("ready_replicas").asInt() == 0);
            assertEquals(
                    1, pool(deployment(gateway), "near").path("ready_replicas").asInt());
            assertEquals(0, gateway.metric("forebay_nodepool_replicas_desired", "nodepool=\"far\""));
            var spilled = gateway.metric("forebay_route_decisions_total", "nodepool=\"far\"", "reason=\"spill\"");
            var first = gateway.metric("forebay_route_decisions_total", "nodepool=\"near\"", "reason=\"first\"");
            assertTrue(spilled > 0, "nothing spilled");
            assertEquals(REQUESTS, spilled + first);
            assertEquals(200, gateway.chat(RunningGateway.hello("demo")).statusCode());
        }
    }

    /** A stream of a few seconds. */
    private static String slow() {
        return "{\"model\":\"demo\",\"stream\":true,\"echo\":true,\"prompt\":\"" + "river ".repeat(100) + "\"}";
    }

    private static JsonNode await(RunningGateway gateway, Predicate<JsonNode> fact) {
        var last = new JsonNode[1];
        RunningGateway.await(
                () -> {
                    last[0] = deployment(gateway);
                    return fact.test(last[0]);
                },
                () -> String.valueOf(last[0]));
        return last[0];
    }

    private static JsonNode pool(JsonNode deployment, String id) {
        return StreamSupport.stream(deployment.path("nodepools").spliterator(), false)
                .filter(pool -> pool.path("nodepool").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode deployment(RunningGateway gateway) {
        try (var http = HttpClient.newHttpClient()) {
            var key = Files.readString(gateway.data.resolve("admin.key")).strip();
            var request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + gateway.port() + "/api/v1/deployments/demo"))
                    .header("authorization", "Bearer " + key)
                    .build();
            return RunningGateway.json(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
