package dev.forebay;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that leaves during a second try takes that with it too, and there is no third. */
class ClientGoneInRetryTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"relayed, true", "relayed, false", "agentic, true", "agentic, false"})
    void endsTheSecondTry(String model, boolean stream) throws Exception {
        var tries = new AtomicInteger();
        FakeUpstream.Script script = peer -> {
            if (tries.incrementAndGet() == 1) {
                Answers.refusal(503, "{\"error\":{\"message\":\"full\"}}").play(peer);
            } else {
                peer.stall();
            }
        };
        try (var one = FakeUpstream.answering(script);
                var other = FakeUpstream.answering(script);
                var gateway = RunningGateway.start(folder, """
                        nodepools:
                          - {id: pool, base_url: ["%s", "%s"], slots: 1}
                        models:
                          - {id: relayed, nodepools: [pool]}
                          - {id: agentic, nodepools: [pool], agentic: true}
                        """.formatted(one.baseUrl(), other.baseUrl()))) {
            var client = gateway.raw()
                    .post("/v1/chat/completions", gateway.key(), RunningGateway.hello(model, "\"stream\":" + stream));
            RunningGateway.await(() -> tries.get() == 2, () -> "no second try");
            client.reset();
            // The first answer was whole, so its connection may be kept; the second is broken off.
            RunningGateway.await(
                    () -> List.of(one, other).stream()
                            .anyMatch(engine -> engine.requests().stream()
                                    .anyMatch(request -> request.gone().isDone())),
                    () -> "the second try is never broken off");
            gateway.awaitMetric(1, "gen_ai_client_operation_duration_seconds_count", "error_type=\"client_gone\"");
            gateway.awaitMetric(0, "forebay_nodepool_inflight");
            gateway.awaitMetric(1, "forebay_retries_total");
        }
    }
}
