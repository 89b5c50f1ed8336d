package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A client that has closed its side has gone. Some go on to read, but to the gateway they look like all those that have left, and
 * a model that works for nobody costs more. nginx, Envoy and Go's server decide the same; RFC 9112 leaves it open.
 */
class HalfClosedTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"relayed, true", "relayed, false", "agentic, true", "agentic, false"})
    void endsTheAnswerAndTheTurn(String model, boolean stream) throws Exception {
        try (var engine = FakeUpstream.answering(Answers.silence());
                var gateway = RunningGateway.start(folder, """
                        nodepools:
                          - {id: pool, base_url: "%s", slots: 1}
                        models:
                          - {id: relayed, nodepools: [pool]}
                          - {id: agentic, nodepools: [pool], agentic: true}
                        """.formatted(engine.baseUrl()));
                var client = gateway.raw()) {
            client.post("/v1/chat/completions", gateway.key(), RunningGateway.hello(model, "\"stream\":" + stream));
            var upstream = engine.awaitRequest();
            client.closeOutput();
            upstream.awaitGone();
            assertEquals(-1, client.read(1));
            gateway.awaitMetric(1, "gen_ai_client_operation_duration_seconds_count", "error_type=\"client_gone\"");
            gateway.awaitMetric(0, "forebay_nodepool_inflight");
        }
    }
}
