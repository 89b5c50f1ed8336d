package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.access.Keys;
import dev.forebay.access.Scope;
import dev.forebay.store.DataDirectory;
import dev.forebay.store.Database;
import dev.forebay.store.Pepper;
import dev.forebay.store.SqlKeyStore;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request may say about where it runs and how soon, and what its answer tells. */
class RouteHeadersTest {
    @TempDir
    static Path folder;

    private static FakeUpstream engine;
    private static RunningGateway gateway;
    private static String plainKey;

    @BeforeAll
    static void start() throws Exception {
        engine = FakeUpstream.start();
        plainKey = keyForInferenceOnly();
        var url = "http://127.0.0.1:" + engine.port();
        gateway = RunningGateway.start(folder, """
                nodepools:
                  - {id: near, base_url: "URL/near/v1", slots: 1}
                  - {id: far, base_url: "URL/far/v1", slots: 1}
                models:
                  - {id: theirs, nodepools: [near, far], deployment: prod, queue: {requests_max: 1}}
                  - {id: agent, nodepools: [near, far], agentic: true}
                """.replace("URL", url));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        engine.close();
    }

    @BeforeEach
    void itAnswers() {
        engine.forgetRequests();
        engine.thinking(Answers::helloAsAsked);
    }

    @ParameterizedTest
    @CsvSource({
        "theirs, /v1/chat/completions, false",
        "theirs, /v1/chat/completions, true",
        "theirs, /v1/completions, false",
        "theirs, /v1/embeddings, false",
        "agent, /v1/chat/completions, false",
        "agent, /v1/chat/completions, true"
    })
    void anAnswerTellsWhereItCameFrom(String model, String path, boolean stream) throws Exception {
        var answer = gateway.post(path, RunningGateway.hello(model, "\"stream\":" + stream));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("near", header(answer, "x-forebay-nodepool"));
        assertEquals("near/0", header(answer, "x-forebay-replica"));
        assertTrue(header(answer, "x-forebay-queue-ms").matches("[0-9]+"));
        assertNull(header(answer, "x-forebay-cold-start-ms"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"theirs", "agent"})
    void soDoesAnError(String model) throws Exception {
        engine.otherwise(Answers.refusal(422, "{\"error\":{\"message\":\"no\"}}"));
        for (var stream : new boolean[] {false, true}) {
            var refused = gateway.chat(RunningGateway.hello(model, "\"stream\":" + stream));
            assertEquals(422, refused.statusCode());
            assertEquals("near/0", header(refused, "x-forebay-replica"));
            assertTrue(header(refused, "x-forebay-queue-ms").matches("[0-9]+"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"theirs", "agent"})
    void theNodepoolCanBeChosen(String model) throws Exception {
        var answer = chat(gateway.key(), model, "x-forebay-nodepool", "far");
        assertEquals("far/0", header(answer, "x-forebay-replica"));
        var asked = engine.awaitRequest();
        assertTrue(asked.line().startsWith("POST /far/v1/"), asked.line());
        assertTrue(asked.head().stream().noneMatch(line -> line.contains("x-forebay")), () -> "" + asked.head());
    }

    @Test
    void whoeverWaitsForTheChosenNodepoolIsToldHowLong() throws Exception {
        var busy = new CountDownLatch(1);
        engine.then(peer -> {
            busy.await();
            Answers.json(Answers.completion("first")).play(peer);
        });
        var first = gateway.ask(RunningGateway.hello("theirs"));
        engine.awaitRequest();
        var second = Later.of(() -> chat(gateway.key(), "theirs", "x-forebay-nodepool", "near"));
        gateway.awaitMetric(1, "forebay_nodepool_queue_depth", "deployment=\"theirs\"");
        var full = chat(gateway.key(), "theirs", "x-forebay-nodepool", "near");
        assertEquals(429, full.statusCode());
        assertNotNull(header(full, "x-forebay-queue-ms"));
        assertNull(header(full, "x-forebay-replica"));
        gateway.awaitMetric(1, "forebay_nodepool_open", "deployment=\"theirs\"", "nodepool=\"far\"");
        busy.countDown();
        // Since the second nodepool opens a second after it came.
        assertTrue(Long.parseLong(header(second.get(20, TimeUnit.SECONDS), "x-forebay-queue-ms")) >= 900);
        assertEquals(200, first.get(20, TimeUnit.SECONDS).statusCode());
    }

    @Test
    void aNodepoolThatDoesNotServeTheModelIs404WithTheNearestName() throws Exception {
        for (var model : new String[] {"theirs", "agent"}) {
            var unknown = chat(gateway.key(), model, "x-forebay-nodepool", "fax");
            assertEquals(404, unknown.statusCode());
            assertEquals("nodepool_not_found", code(unknown));
            assertTrue(unknown.body().contains("did you mean \\\"far\\\"?"), unknown.body());
        }
        assertTrue(engine.requests().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "theirs"})
    void aDeploymentGoesByItsOwnNameAndByItsModels(String name) throws Exception {
        assertEquals(
                200, chat(gateway.key(), "theirs", "x-forebay-deployment", name).statusCode());
    }

    @Test
    void aDeploymentOfAnotherModelIs404() throws Exception {
        var unknown = chat(gateway.key(), "agent", "x-forebay-deployment", "prod");
        assertEquals(404, unknown.statusCode());
        assertEquals("deployment_not_found", code(unknown));
        assertTrue(unknown.body().contains("agent"), unknown.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"11", "-11", "high", "1.5", "99999999999"})
    void aWrongPriorityIs400(String priority) throws Exception {
        var wrong = chat(gateway.key(), "theirs", "x-forebay-priority", priority);
        assertEquals(400, wrong.statusCode());
        assertTrue(wrong.body().contains("-10 to 10"), wrong.body());
    }

    @ParameterizedTest
    @CsvSource({"x-forebay-nodepool, far", "x-forebay-deployment, prod", "x-forebay-priority, 1"})
    void withoutTheScopeItIs403ThatNamesHeaderAndScope(String header, String value) throws Exception {
        var failures = gateway.metric("forebay_auth_failures_total", "reason=\"scope\"");
        for (var model : new String[] {"theirs", "agent"}) {
            var forbidden = chat(plainKey, model, header, value);
            assertEquals(403, forbidden.statusCode());
            var error = RunningGateway.json(forbidden).path("error");
            assertEquals("permission_error", error.path("type").asText());
            assertTrue(error.path("message").asText().contains(header), forbidden.body());
            assertTrue(error.path("message").asText().contains("scope routing"), forbidden.body());
        }
        assertEquals(failures + 2, gateway.metric("forebay_auth_failures_total", "reason=\"scope\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-10", "0"})
    void whoLetsOthersGoFirstNeedsNoScope(String priority) throws Exception {
        assertEquals(
                200, chat(plainKey, "theirs", "x-forebay-priority", priority).statusCode());
        assertEquals(
                200, chat(gateway.key(), "theirs", "x-forebay-priority", "10").statusCode());
    }

    @Test
    void aHigherPriorityGoesFirst() throws Exception {
        var busy = new CountDownLatch(1);
        engine.then(peer -> {
            busy.await();
            Answers.json(Answers.completion("first")).play(peer);
        });
        var model = "agent"; // whose queue holds more than one
        engine.thinking(_ -> Answers.streamingHello());
        var first = Later.of(() -> gateway.chat(RunningGateway.hello("theirs")));
        engine.awaitRequest();
        var low = Later.of(() -> gateway.post(
                "/v1/chat/completions",
                RunningGateway.hello(model, "\"user\":\"low\""),
                "x-forebay-nodepool",
                "near",
                "x-forebay-priority",
                "-1"));
        gateway.awaitMetric(1, "forebay_nodepool_queue_depth", "deployment=\"agent\"");
        var high = Later.of(() -> gateway.post(
                "/v1/chat/completions",
                RunningGateway.hello(model, "\"user\":\"high\""),
                "x-forebay-nodepool",
                "near",
                "x-forebay-priority",
                "1"));
        gateway.awaitMetric(2, "forebay_nodepool_queue_depth", "deployment=\"agent\"");
        busy.countDown();
        assertTrue(engine.awaitRequest().text().contains("high"));
        assertTrue(engine.awaitRequest().text().contains("low"));
        for (var answer : new Later<?>[] {first, low, high}) {
            answer.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void anAnswerTellsThatItWaitedForAColdStart(@TempDir Path other) throws Exception {
        try (var cold = RunningGateway.start(other, """
                nodepools:
                  - {id: demo, command: [forebay, demo, --port, "{port}"]}
                models:
                  - {id: demo, nodepools: [demo]}
                """)) {
            var waited = cold.chat(RunningGateway.hello("demo"));
            var queued = Long.parseLong(header(waited, "x-forebay-queue-ms"));
            var coldStart = Long.parseLong(header(waited, "x-forebay-cold-start-ms"));
            assertTrue(coldStart > 0 && coldStart <= queued, () -> coldStart + " of " + queued);
            assertNull(header(cold.chat(RunningGateway.hello("demo")), "x-forebay-cold-start-ms"));
            cold.awaitMetric(1, "forebay_nodepool_cold_start_seconds_count", "nodepool=\"demo\"");
        }
    }

    private static HttpResponse<String> chat(String key, String model, String header, String value) throws Exception {
        return gateway.post(
                "/v1/chat/completions", RunningGateway.hello(model), "authorization", "Bearer " + key, header, value);
    }

    private static String code(HttpResponse<String> answer) throws Exception {
        return RunningGateway.json(answer).at("/error/code").asText();
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }

    private static String keyForInferenceOnly() throws Exception {
        var random = new SecureRandom();
        try (var data = DataDirectory.open(folder.resolve("data"));
                var database = Database.open(data.resolve("forebay.db"))) {
            var keys = new Keys(
                    new SqlKeyStore(database), Pepper.open(data, database, random), InstantSource.system(), random);
            keys.load();
            var issued = keys.issue("plain", "local", Set.of(Scope.INFERENCE), Optional.empty());
            assertFalse(issued.token().reveal().isEmpty());
            return issued.token().reveal();
        }
    }
}
