package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two hundred streams at once, of which one breaks: it alone. */
class ManyStreamsTest {
    private static final int STREAMS = 200;
    private static final int BROKEN = 77;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"relayed, reset", "agentic, close"})
    void oneBreaksAndTheOthersArriveByteForByte(String model, String how) throws Exception {
        var go = new CountDownLatch(1);
        try (var engine = FakeUpstream.start();
                var gateway = RunningGateway.start(folder, """
                        upstream: {keep_alive_seconds: 1}
                        nodepools:
                          - {id: pool, base_url: "%s", slots: %d, max_concurrency: 0, model: theirs}
                        models:
                          - {id: relayed, nodepools: [pool]}
                          - {id: agentic, nodepools: [pool], agentic: true}
                        """.formatted(engine.baseUrl(), STREAMS))) {
            var answers = new ArrayList<CompletableFuture<HttpResponse<InputStream>>>();
            for (var i = 0; i < STREAMS; i++) {
                engine.then(i == BROKEN ? breaking(how, go) : telling(i, go));
                answers.add(gateway.ask(RunningGateway.streamed(model)));
                engine.awaitRequest();
            }
            // Each client has the beginning of its answer before one is broken.
            for (var answer : answers) {
                assertEquals(200, answer.get(20, TimeUnit.SECONDS).statusCode());
            }
            assertEquals(STREAMS, gateway.metric("forebay_nodepool_inflight"));
            go.countDown();
            var pattern = read(answers.getFirst(), 0);
            assertTrue(pattern.endsWith("data: [DONE]\n\n"), pattern);
            for (var i = 1; i < STREAMS; i++) {
                var body = read(answers.get(i), i);
                if (i == BROKEN) {
                    var error = body.lastIndexOf("data: ");
                    assertTrue(pattern.startsWith(body.substring(0, error)), body);
                    assertTrue(body.substring(error).contains("\"code\":\"upstream_error\""), body);
                } else {
                    assertEquals(pattern, body);
                }
            }
            gateway.awaitMetric(0, "forebay_nodepool_inflight");
            gateway.awaitMetric(STREAMS - 1, "forebay_upstream_requests_total", "outcome=\"ok\"");
            gateway.awaitMetric(1, "forebay_upstream_requests_total", "outcome=\"upstream_cut\"");
            gateway.awaitMetric(1, "forebay_sse_aborts_total");
            RunningGateway.await(() -> gateway.gateway.fronts().activeRequests() == 0, () -> "a request never ends");
            RunningGateway.await(() -> engine.open() == 0, () -> engine.open() + " connections stay open");
            assertEquals(STREAMS, engine.requests().size());
        }
    }

    private static FakeUpstream.Script telling(int i, CountDownLatch go) {
        return peer -> {
            peer.streamHead().event(text(i, "a")).stall(go);
            for (var word : "bcdefgh".split("")) {
                peer.event(text(i, word));
            }
            peer.event(Answers.finish("stop")).event("[DONE]").endChunks();
        };
    }

    private static FakeUpstream.Script breaking(String how, CountDownLatch go) {
        return peer -> {
            peer.streamHead().event(text(BROKEN, "a")).stall(go);
            if (how.equals("reset")) {
                peer.reset();
            } else {
                peer.close();
            }
        };
    }

    private static String text(int i, String word) {
        return Answers.text("stream-" + i + "-" + word);
    }

    /** All of it, without what differs from stream to stream by intent. */
    private static String read(CompletableFuture<HttpResponse<InputStream>> answer, int i) throws Exception {
        try (var body = answer.join().body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("stream-" + i + "-", "")
                    .replace(": keep-alive\n\n", "")
                    .replaceAll("\"id\":\"chatcmpl-[^\"]*\"|\"created\":[0-9]+|_?ms\":[0-9]+", "");
        }
    }
}
