package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users complain about where servers are many; the numbers are those of docs/reference/routing.md. */
class UrlNodepoolsTest {
    private static final int CLIENTS = 18;

    @TempDir
    Path folder;

    private final FakeUpstream engine = FakeUpstream.start();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();

    @AfterEach
    void stop() {
        engine.close();
    }

    /** T3. */
    @Test
    void whileFiveServersBecomeTwoHundredAndFiveAgainAllRequestsAreServedAndAllServersServe() throws Exception {
        var mayEnd = new CountDownLatch(1);
        engine.thinking(request -> {
            asked.merge(path(request), 1, Integer::sum);
            return request.text().contains("held") ? held(mayEnd) : Answers.json(Answers.completion("hello"));
        });
        try (var gateway = RunningGateway.start(folder, yaml(5, 2))) {
            var held = Stream.generate(
                            () -> Later.of(() -> gateway.chat(RunningGateway.streamed("m", "\"user\":\"held\""))))
                    .limit(5)
                    .toList();
            gateway.awaitMetric(5, "forebay_nodepool_inflight");
            var over = new AtomicBoolean();
            var clients = clients(gateway, over::get);

            gateway.rewrite(yaml(200, 2));
            assertEquals(200, gateway.control("POST", "/config/reload").statusCode());
            RunningGateway.await(() -> asked.size() == 200, () -> "only " + asked.size() + " are asked");
            gateway.rewrite(yaml(5, 2));
            assertEquals(200, gateway.control("POST", "/config/reload").statusCode());
            RunningGateway.await(
                    () -> ReloadTest.replicas(gateway).size() == 5, () -> "" + ReloadTest.replicas(gateway));
            over.set(true);
            for (var client : clients) {
                assertEquals(List.of(), client.get());
            }
            assertTrue(held.stream().noneMatch(Later::isDone));
            mayEnd.countDown();
            for (var stream : held) {
                assertTrue(stream.get().body().endsWith("data: [DONE]\n\n"), stream.get()::body);
            }
            assertEquals(0, gateway.metric("forebay_retries_total"));
        }
    }

    /** T8: by Jain's index, which is 1 where all get as many. */
    @Test
    void serversThatAreAlikeGetAsManyRequestsAtNineTenthsOfTheirSlots() throws Exception {
        var left = new CountDownLatch(2000);
        engine.thinking(request -> {
            asked.merge(path(request), 1, Integer::sum);
            left.countDown();
            return Answers.json(Answers.completion("hello"));
        });
        try (var gateway = RunningGateway.start(folder, yaml(10, 2))) {
            for (var client : clients(gateway, () -> left.getCount() == 0)) {
                assertEquals(List.of(), client.get());
            }
            assertEquals(10, asked.size());
            var sum = asked.values().stream().mapToDouble(count -> count).sum();
            var squares =
                    asked.values().stream().mapToDouble(count -> count * count).sum();
            assertTrue(sum * sum / (10 * squares) >= 0.98, asked::toString);
        }
    }

    /** T16. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nodepoolsAreTriedInTheirOrderUntilOneServes(boolean stream) throws Exception {
        var order = new ArrayList<String>();
        engine.thinking(request -> {
            order.add(path(request));
            return path(request).equals("/2/v1")
                    ? stream ? Answers.streamingHello() : Answers.json(Answers.completion("hello"))
                    : Answers.refusal(503, "{\"error\":{\"message\":\"out\"}}");
        });
        try (var gone = FakeUpstream.start();
                var gateway = RunningGateway.start(folder, """
                        nodepools:
                          - {id: gone, base_url: "%s"}
                          - {id: out, base_url: "%s"}
                          - {id: well, base_url: "%s"}
                        models:
                          - {id: m, nodepools: [gone, out, well]}
                        """.formatted(gone.baseUrl(), url(1), url(2)))) {
            gone.kill();
            var answer = gateway.chat(RunningGateway.hello("m", "\"stream\":" + stream));
            assertEquals(200, answer.statusCode(), answer::body);
            assertEquals(
                    "well", answer.headers().firstValue("x-forebay-nodepool").orElse(""));
            assertEquals(List.of("/1/v1", "/2/v1"), order);
        }
    }

    /** T20. */
    @Test
    void modelsThatShareANodepoolUseAllOfItsReplicas() throws Exception {
        var both = new CountDownLatch(2);
        engine.thinking(request -> {
            asked.merge(path(request), 1, Integer::sum);
            return peer -> {
                both.countDown();
                Answers.json(Answers.completion("hello")).play(peer.stall(both));
            };
        });
        try (var gateway = RunningGateway.start(folder, yaml(2, 1) + "  - {id: other, nodepools: [pool]}\n")) {
            var answers = Stream.of("m", "other")
                    .map(model -> Later.of(() -> gateway.chat(RunningGateway.hello(model))))
                    .toList();
            for (var answer : answers) {
                assertEquals(200, answer.get().statusCode());
            }
            assertEquals(Map.of("/0/v1", 1, "/1/v1", 1), asked);
        }
    }

    /** What each of many clients got that was no answer, asking one request after the other. */
    private static List<Later<List<String>>> clients(RunningGateway gateway, BooleanSupplier over) {
        return Stream.generate(() -> Later.of(() -> wrongAnswers(gateway, over)))
                .limit(CLIENTS)
                .toList();
    }

    private static List<String> wrongAnswers(RunningGateway gateway, BooleanSupplier over) throws Exception {
        var wrong = new ArrayList<String>();
        while (!over.getAsBoolean()) {
            var answer = gateway.chat(RunningGateway.hello("m"));
            if (answer.statusCode() != 200) {
                wrong.add(answer.statusCode() + " " + answer.body());
            }
        }
        return wrong;
    }

    private static FakeUpstream.Script held(CountDownLatch mayEnd) {
        return peer -> peer.streamHead()
                .event(Answers.text("a"))
                .stall(mayEnd)
                .event(Answers.finish("stop"))
                .event("[DONE]")
                .endChunks();
    }

    private static String path(FakeUpstream.Request request) {
        return request.line().replaceFirst("POST (.*)/chat/completions .*", "$1");
    }

    private String url(int number) {
        return "http://127.0.0.1:" + engine.port() + "/" + number + "/v1";
    }

    private String yaml(int servers, int slots) {
        var urls = IntStream.range(0, servers)
                .mapToObj(number -> "\"" + url(number) + "\"")
                .collect(Collectors.joining(", "));
        return """
                nodepools: [{id: pool, base_url: [%s], slots: %d}]
                models:
                  - {id: m, nodepools: [pool]}
                """.formatted(urls, slots);
    }
}
