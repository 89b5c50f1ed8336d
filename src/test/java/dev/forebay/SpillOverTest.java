package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.cli.Verbs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * T13 of docs/reference/routing.md: the shipped example, whose delays alone are shorter here. Load warms the second
 * nodepool, which takes its portion, and all goes back when it is over; events, metrics, verbs and answers agree about it.
 */
class SpillOverTest {
    private static final int CLIENTS = 8;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder;

    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private URI url;

    @Test
    void spillsOverUnderLoadAndGoesBackAndTellsTheSameStoryEverywhere() throws Exception {
        try (var gateway = ForebayProcess.run(
                Map.of(), "up", "--port", "0", "--config", example().toString())) {
            url = gateway.awaitReady();
            await(demo -> pool(demo, "near").path("ready_replicas").asInt() == 1);
            Thread.ofVirtual().start(this::follow);
            RunningGateway.await(() -> !events.isEmpty(), () -> "there are no events");
            assertTold(gateway, "near", "active");
            assertTold(gateway, "far", "idle");

            var served = new ConcurrentLinkedQueue<String>();
            var clients = Stream.generate(() -> Later.of(() -> askUntilFarServes(served)))
                    .limit(CLIENTS)
                    .toList();
            await(demo -> pool(demo, "far").path("in_flight").asInt() > 0);
            assertEquals(1, gateway.metric("forebay_nodepool_open", "nodepool=\"far\""));
            for (var client : clients) {
                client.get();
            }
            await(demo -> !pool(demo, "far").path("open").asBoolean()
                    && pool(demo, "far").path("ready_replicas").asInt() == 0);

            assertTold(gateway, "near", "active");
            assertTold(gateway, "far", "idle");
            var demo = deployment();
            assertEquals(
                    (double) Collections.frequency(served, "far") / served.size(),
                    pool(demo, "far").path("share").asDouble(),
                    1e-3);
            var decisions = StreamSupport.stream(demo.path("decisions").spliterator(), false)
                    .map(JsonNode::toString)
                    .toList();
            assertEquals(
                    List.of("opened", "closed"),
                    StreamSupport.stream(demo.path("decisions").spliterator(), false)
                            .map(decision -> decision.path("what").asText())
                            .toList());
            RunningGateway.await(() -> toldDecisions().equals(decisions), () -> decisions + " and " + events);
            assertEquals("near", ask());
            gateway.terminate();
            assertEquals(0, gateway.awaitExit());
            assertEquals("end", events.getLast().path("type").asText());
        }
    }

    private Path example() throws IOException {
        var shipped = Files.readString(Path.of("config/examples/spill-over.yaml"));
        var quick = shipped.replace("delay_seconds: 30", "delay_seconds: 1");
        assertEquals(3, shipped.split("delay_seconds: 30", -1).length - 1, "the example has other delays");
        Files.createDirectories(folder.resolve("mcp-servers"));
        var file = folder.resolve("config/examples/spill-over.yaml");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, quick);
    }

    private List<String> askUntilFarServes(ConcurrentLinkedQueue<String> served) throws Exception {
        do {
            served.add(ask());
        } while (!served.contains("far"));
        return List.copyOf(served);
    }

    /** A stream of a second or two; says which nodepool has served it. */
    private String ask() throws Exception {
        var body = "{\"model\":\"demo\",\"stream\":true,\"max_tokens\":80,\"prompt\":\"hello\"}";
        var answer = HTTP.send(
                request("/v1/completions", "local.key")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer::body);
        assertTrue(answer.body().contains("[DONE]"), answer::body);
        return answer.headers().firstValue("x-forebay-nodepool").orElse("");
    }

    private void follow() {
        try (var stream = new OpenStream(
                HTTP.send(request("/api/v1/events", "admin.key").build(), HttpResponse.BodyHandlers.ofInputStream()))) {
            while (true) {
                events.add(RunningGateway.JSON.readTree(stream.event()));
            }
        } catch (Exception | AssertionError _) {
            // The gateway has ended.
        }
    }

    private HttpRequest.Builder request(String path, String key) throws IOException {
        return HttpRequest.newBuilder(url.resolve(path))
                .header(
                        "authorization",
                        "Bearer "
                                + Files.readString(folder.resolve("data/" + key))
                                        .strip());
    }

    /** By the verb, the metrics and the events, which lag behind by half a second. */
    private void assertTold(ForebayProcess gateway, String nodepool, String state) throws IOException {
        var told = pool(deployment(), nodepool);
        assertEquals(state, told.path("state").asText());
        var label = "nodepool=\"" + nodepool + "\"";
        assertEquals(told.path("open").asBoolean() ? 1 : 0, gateway.metric("forebay_nodepool_open", label));
        assertEquals(told.path("in_flight").asInt(), gateway.metric("forebay_nodepool_inflight", label));
        assertEquals(told.path("desired_replicas").asInt(), gateway.metric("forebay_nodepool_replicas_desired", label));
        assertEquals(
                told.path("ready_replicas").asInt(),
                gateway.metric("forebay_nodepool_replicas", label, "state=\"ready\""));
        RunningGateway.await(
                () -> toldPools(nodepool).getLast().equals(told),
                () -> told + " and " + toldPools(nodepool).getLast());
    }

    private List<JsonNode> toldPools(String nodepool) {
        var told = new ArrayList<JsonNode>();
        for (var event : events) {
            event.path("deployments").forEach(deployment -> told.add(pool(deployment, nodepool)));
            if (event.path("type").asText().equals("deployment")) {
                told.add(pool(event.path("deployment"), nodepool));
            }
        }
        return told;
    }

    private List<String> toldDecisions() {
        return events.stream()
                .filter(event -> event.path("type").asText().equals("decision"))
                .map(event -> event.path("decision").toString())
                .toList();
    }

    private JsonNode await(Predicate<JsonNode> fact) {
        var last = new JsonNode[1];
        RunningGateway.await(
                () -> {
                    last[0] = deployment();
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

    /** {@code forebay deployment get demo}. */
    private JsonNode deployment() {
        var out = new StringWriter();
        var err = new StringWriter();
        var program = Main.commandLine(new Verbs(Map.of(), folder));
        program.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        assertEquals(0, program.execute("deployment", "get", "demo", "-o", "json"), err::toString);
        try {
            return RunningGateway.JSON.readTree(out.toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
