package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users complain about where replicas come and go, with processes; the numbers are those of docs/reference/routing.md. */
class ProcessNodepoolsTest {
    @TempDir
    Path folder;

    /** T1. */
    @Test
    void aStreamGoesOnToItsEndAtAReplicaThatIsScaledDown() throws Exception {
        var mayEnd = folder.resolve("may-end");
        try (var gateway = RunningGateway.start(folder, yaml(4, 2, 2, ""))) {
            await(gateway, rows -> count(rows, "ready", 0) == 2);
            var streams = Stream.generate(() -> ask(gateway, "until " + mayEnd))
                    .limit(2)
                    .toList();
            await(gateway, rows -> count(rows, "ready", 1) == 2);

            gateway.rewrite(yaml(4, 1, 1, ""));
            assertEquals(200, gateway.control("POST", "/config/reload").statusCode());
            var rows = await(gateway, some -> count(some, "draining", 1) == 1 && count(some, "ready", 1) == 1);
            assertEquals(1, gateway.metric("forebay_nodepool_replicas", "state=\"draining\""));
            assertEquals(1, gateway.metric("forebay_nodepool_replicas", "state=\"ready\""));
            var next = ask(gateway, "hello").get();
            assertEquals(
                    ids(rows, "ready"),
                    Set.of(next.headers().firstValue("x-forebay-replica").orElse("")));
            assertTrue(streams.stream().noneMatch(Later::isDone));

            Files.createFile(mayEnd);
            for (var stream : streams) {
                assertWhole(stream.get());
            }
            await(gateway, some -> some.size() == 1);
        }
    }

    /** T5. */
    @Test
    void nothingIsSentToAProcessThatListensAndIsNotReady() throws Exception {
        var ready = folder.resolve("ready");
        try (var gateway = RunningGateway.start(folder, yaml(4, 0, 1, ", \"" + ready + "\""))) {
            var first = ask(gateway, "hello");
            RunningGateway.await(() -> Files.exists(Path.of(ready + ".asked")), () -> "it never listens");
            gateway.awaitMetric(1, "forebay_nodepool_queue_depth");
            assertFalse(first.isDone());

            Files.createFile(ready);
            assertWhole(first.get());
            assertEquals(0, gateway.metric("forebay_retries_total"));
        }
    }

    /** T6, T7 and T17: from nothing to all that there may be and back to nothing, by no other measure than its queue. */
    @Test
    void aFloodThatWaitsIsServedByEachReplicaThatComesAndNoneGoesBeforeItIsOver() throws Exception {
        var mayEnd = folder.resolve("may-end");
        try (var log = new CapturedLog();
                var gateway = RunningGateway.start(folder, yaml(1, 0, 3, ""))) {
            assertEquals(List.of(), ReloadTest.replicas(gateway));
            var flood = Stream.generate(() -> ask(gateway, "until " + mayEnd))
                    .limit(9)
                    .toList();
            await(gateway, rows -> count(rows, "ready", 1) == 3);
            gateway.awaitMetric(6, "forebay_nodepool_queue_depth");

            Files.createFile(mayEnd);
            var served = new ArrayList<String>();
            for (var answer : flood) {
                assertWhole(answer.get());
                served.add(
                        answer.get().headers().firstValue("x-forebay-replica").orElse(""));
            }
            assertEquals(Set.of("pool/0", "pool/1", "pool/2"), Set.copyOf(served));
            await(gateway, rows -> rows.size() == 0);
            var steps = steps(log);
            var peak = steps.indexOf(3);
            assertEquals(
                    steps.subList(0, peak + 1),
                    steps.subList(0, peak + 1).stream().sorted().toList());
            assertEquals(
                    steps.subList(peak, steps.size()).reversed(),
                    steps.subList(peak, steps.size()).stream().sorted().toList());

            assertWhole(ask(gateway, "hello").get());
        }
    }

    /** How many replicas were wanted, one number after the other. */
    private static List<Integer> steps(CapturedLog log) {
        return log.text()
                .lines()
                .filter(line -> line.contains("\"nodepool scaled\""))
                .map(line -> Integer.parseInt(line.replaceFirst(".*\"to\":\"?(\\d+).*", "$1")))
                .toList();
    }

    private static void assertWhole(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer::body);
        assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer::body);
    }

    private static Later<HttpResponse<String>> ask(RunningGateway gateway, String prompt) {
        return Later.of(() -> gateway.post("/v1/completions", """
                {"model":"m","stream":true,"max_tokens":5,"prompt":"%s"}""".formatted(prompt)));
    }

    private static JsonNode await(RunningGateway gateway, Predicate<JsonNode> fact) throws Exception {
        return new AdminClient(gateway)
                .await("/replicas", page -> fact.test(page.path("data")))
                .path("data");
    }

    private static long count(JsonNode rows, String state, int inFlight) {
        return rows(rows, state)
                .filter(row -> row.path("in_flight").asInt() == inFlight)
                .count();
    }

    private static Set<String> ids(JsonNode rows, String state) {
        return rows(rows, state).map(row -> row.path("id").asText()).collect(Collectors.toSet());
    }

    private static Stream<JsonNode> rows(JsonNode rows, String state) {
        return StreamSupport.stream(rows.spliterator(), false)
                .filter(row -> row.path("state").asText().equals(state));
    }

    private static String yaml(int slots, int min, int max, String argument) {
        var command = ThinkingServer.command().stream()
                .map(word -> "\"" + word + "\"")
                .collect(Collectors.joining(", "));
        return """
                nodepools:
                  - {id: pool, command: [%s, "{port}"%s], slots: %d}
                models:
                  - id: m
                    nodepools: [pool]
                    autoscale: {min_replicas: %d, max_replicas: %d, traffic_history_seconds: 1,
                      scale_up_delay_seconds: 0, scale_down_delay_seconds: 1, scale_to_zero_delay_seconds: 1}
                """.formatted(command, argument, slots, min, max);
    }
}
