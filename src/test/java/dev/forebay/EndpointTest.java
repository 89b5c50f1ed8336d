package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint as a Vert.x client meets it: paths, names of models, keys, what is refused and how. */
@ExtendWith(VertxExtension.class)
class EndpointTest {
    @TempDir
    static Path folder;

    private static FakeUpstream upstream;
    private static RunningGateway gateway;

    private WebClient client;

    @BeforeAll
    static void start() throws Exception {
        upstream = FakeUpstream.answering(Answers.json(Answers.completion("hello")));
        var yaml = """
                limits: {body_bytes_max: 8 KiB}
                nodepools:
                  - {id: pool, base_url: "URL"}
                models:
                  - {id: "ours:4b", aliases: [gpt-4o-mini], version: v1, nodepools: [pool]}
                  - {id: other, nodepools: [pool]}
                """;
        gateway = RunningGateway.start(
                folder, yaml.replace("URL", upstream.baseUrl().toString()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void connect(Vertx vertx) {
        client = WebClient.create(
                vertx, new WebClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(gateway.port()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v2/ext/openai/v1"})
    void listsExactlyWhatCanBeCalled(String prefix, VertxTestContext test) {
        client.get(prefix + "/models")
                .bearerTokenAuthentication(gateway.key())
                .send()
                .onComplete(test.succeeding(answer -> test.verify(() -> {
                    assertEquals(200, answer.statusCode());
                    var data = answer.bodyAsJsonObject().getJsonArray("data");
                    assertEquals(
                            List.of("ours:4b", "gpt-4o-mini", "other"),
                            data.stream()
                                    .map(model -> ((JsonObject) model).getString("id"))
                                    .toList());
                    test.completeNow();
                })));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ours:4b",
                "gpt-4o-mini",
                "local/main/models/ours:4b",
                "local/main/models/ours:4b/versions/v1",
                "https://clarifai.com/local/main/models/ours:4b"
            })
    void everyNameOfAModelIsCalledAndAnsweredAsItWasAsked(String name, VertxTestContext test) {
        chat("Bearer " + gateway.key(), RunningGateway.hello(name))
                .onComplete(test.succeeding(answer -> test.verify(() -> {
                    assertEquals(200, answer.statusCode(), answer::bodyAsString);
                    assertEquals(name, answer.bodyAsJsonObject().getString("model"));
                    test.completeNow();
                })));
    }

    @Test
    void aModelIsFoundByItsNameInThePath(VertxTestContext test) {
        client.get("/v1/models/ours:4b")
                .bearerTokenAuthentication(gateway.key())
                .send()
                .onComplete(test.succeeding(answer -> test.verify(() -> {
                    assertEquals(200, answer.statusCode());
                    assertEquals("ours:4b", answer.bodyAsJsonObject().getString("id"));
                    test.completeNow();
                })));
    }

    @Test
    void anUnknownModelIs404WithTheNearestName(VertxTestContext test) {
        chat("Bearer " + gateway.key(), RunningGateway.hello("ours:4c"))
                .onComplete(test.succeeding(answer -> test.verify(() -> {
                    assertEquals(404, answer.statusCode());
                    var error = answer.bodyAsJsonObject().getJsonObject("error");
                    assertEquals("model_not_found", error.getString("code"));
                    assertEquals("model", error.getString("param"));
                    assertTrue(error.getString("message").contains("did you mean \"ours:4b\"?"), error::encode);
                    test.completeNow();
                })));
    }

    @Test
    void bothSchemesOfKeysAreTaken(VertxTestContext test) {
        chat("Key " + gateway.key(), RunningGateway.hello("other"))
                .onComplete(test.succeeding(answer -> test.verify(() -> {
                    assertEquals(200, answer.statusCode());
                    test.completeNow();
                })));
    }

    static Stream<Map.Entry<String, Integer>> refusals() {
        return Stream.of(
                Map.entry("", 400),
                Map.entry("[1]", 400),
                Map.entry("{\"model\":\"other\"", 400),
                Map.entry("{\"model\":\"other\"} more", 400),
                Map.entry("{\"messages\":[]}", 400),
                Map.entry("{\"model\":7}", 400),
                Map.entry("{\"model\":\"other\",\"model\":\"other\"}", 400),
                Map.entry("{\"model\":\"other\",\"stream\":\"yes\"}", 400),
                Map.entry("{\"model\":\"other\",\"a\":" + "[".repeat(200) + "]".repeat(200) + "}", 400),
                Map.entry("{\"model\":\"other\",\"a\":\"" + "x".repeat(9000) + "\"}", 413));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatIsWrongWithABodyIsSaidInOpenAisShape(Map.Entry<String, Integer> refusal, VertxTestContext test) {
        chat("Bearer " + gateway.key(), refusal.getKey())
                .onComplete(test.succeeding(answer -> test.verify(() -> {
                    assertEquals(refusal.getValue(), answer.statusCode(), answer::bodyAsString);
                    assertTrue(answer.getHeader("x-request-id").startsWith("req_"));
                    var error = answer.bodyAsJsonObject().getJsonObject("error");
                    assertEquals("invalid_request_error", error.getString("type"));
                    assertTrue(error.getString("message").length() > 10, error::encode);
                    assertTrue(error.containsKey("param") && error.containsKey("code"), error::encode);
                    test.completeNow();
                })));
    }

    @Test
    void healthAndMetricsNeedNoKeyOnThisMachine(VertxTestContext test) {
        client.get("/health/live")
                .send()
                .compose(_ -> client.get("/health/ready").send())
                .compose(ready -> client.get("/metrics").send().map(metrics -> List.of(ready, metrics)))
                .onComplete(test.succeeding(answers -> test.verify(() -> {
                    assertEquals("ready\n", answers.get(0).bodyAsString());
                    assertEquals(200, answers.get(1).statusCode());
                    assertTrue(answers.get(1).getHeader("content-type").startsWith("text/plain"));
                    test.completeNow();
                })));
    }

    private Future<HttpResponse<Buffer>> chat(String authorization, String body) {
        return client.post("/v1/chat/completions")
                .putHeader("authorization", authorization)
                .putHeader("content-type", "application/json")
                .sendBuffer(Buffer.buffer(body));
    }
}
