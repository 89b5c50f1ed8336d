package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import dev.forebay.upstream.Peer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose answer is larger than what all agentic requests together may keep. */
class AgentMemoryTest {
    private static final int BYTES_MAX = 1 << 20;
    private static final String TEXT = Answers.text("x".repeat(50_000));

    @TempDir
    Path folder;

    @Test
    void theRequestThatWouldGoOverItIsToldSoAndItsEngineIsLeft() throws Exception {
        try (var engine = FakeUpstream.answering(AgentMemoryTest::goesOnForEver);
                var gateway = RunningGateway.start(folder, """
                        runs: {memory_bytes_max: 1 MiB}
                        nodepools:
                          - {id: pool, base_url: "%s"}
                        models:
                          - {id: agent, nodepools: [pool], agentic: true}
                        """.formatted(engine.baseUrl()))) {
            try (var stream = gateway.stream(RunningGateway.streamed("agent"))) {
                var events = stream.events();
                assertTrue(events.getFirst().contains("xxx"), events.getFirst());
                assertTrue(events.getLast().startsWith("{\"error\":"), events.getLast());
                assertTrue(events.getLast().contains("\"code\":\"run_memory\""), events.getLast());
            }
            var whole = gateway.chat(RunningGateway.hello("agent"));
            assertEquals(429, whole.statusCode());
            assertTrue(whole.body().contains("runs.memory_bytes_max"), whole::body);
            assertTrue(whole.headers().firstValue("retry-after").isPresent());

            engine.requests().forEach(FakeUpstream.Request::awaitGone);
            gateway.awaitMetric(0, "forebay_run_memory_bytes");
            assertEquals(BYTES_MAX, gateway.metric("forebay_run_memory_max_bytes"));
            engine.then(Answers.streamingHello());
            assertEquals(200, gateway.chat(RunningGateway.hello("agent")).statusCode());
        }
    }

    private static void goesOnForEver(Peer peer) throws Exception {
        peer.streamHead();
        while (true) {
            peer.event(TEXT);
        }
    }
}
