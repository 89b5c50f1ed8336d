package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.http.RawClient;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import dev.forebay.upstream.Peer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that read more slowly than the model writes, or not at all, in either lane. */
class SlowReaderTest {
    /** What sockets on both sides of the gateway may hold; all that is above it would be held by the gateway. */
    private static final long SOCKETS_BYTES = 24 << 20;

    private static final long MUCH_BYTES = 200 << 20;
    private static final int CLIENT_BYTES = 16 << 10;
    private static final String TEXT = Answers.text("x".repeat(20_000));

    @TempDir
    Path folder;

    private final AtomicLong written = new AtomicLong();
    private FakeUpstream upstream;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        upstream = FakeUpstream.start();
        var yaml = """
                stream: {heartbeat_seconds: 1, stall_seconds: 1}
                nodepools:
                  - {id: pool, base_url: "URL"}
                models:
                  - {id: relayed, nodepools: [pool]}
                  - {id: agentic, nodepools: [pool], agentic: true}
                """;
        gateway = RunningGateway.start(
                folder, yaml.replace("URL", upstream.baseUrl().toString()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relayed", "agentic"})
    void aReaderThatStopsIsCutOffWhileTheGatewayHoldsLittle(String model) throws Exception {
        upstream.then(this::writeMuch);
        try (var client = ask(model)) {
            var request = upstream.awaitRequest();
            request.awaitGone();
            assertTrue(written.get() < SOCKETS_BYTES, () -> "the gateway took in " + written + " bytes");
            assertTrue(client.isClosedByServer());
        }
        gateway.awaitMetric(1, "forebay_sse_aborts_total", "reason=\"slow_reader\"");
        gateway.awaitMetric(0, "forebay_nodepool_inflight");
        assertEquals(1, gateway.metric("forebay_sse_aborts_total"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"relayed", "agentic"})
    void aReaderThatIsSlowButSteadyIsServed(String model) throws Exception {
        upstream.then(this::writeMuch);
        try (var client = ask(model)) {
            var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2500);
            while (System.nanoTime() < deadline) {
                assertEquals(200_000, client.read(200_000));
                LockSupport.parkNanos(20_000_000);
            }
        }
        upstream.awaitRequest().awaitGone();
        gateway.awaitMetric(1, "forebay_sse_aborts_total", "reason=\"client_gone\"");
    }

    @Test
    void aReaderThatStopsBeforeTheLastEventIsCutOffToo() throws Exception {
        var huge = Answers.text("x".repeat(7_500_000));
        upstream.then(peer -> peer.streamHead()
                .chunk("data: " + huge + "\n\ndata: " + Answers.finish("stop") + "\n\ndata: [DONE]\n\n")
                .endChunks());
        try (var client = ask("relayed")) {
            gateway.awaitMetric(1, "forebay_sse_aborts_total", "reason=\"slow_reader\"");
            assertTrue(client.isClosedByServer());
        }
        RunningGateway.await(() -> gateway.gateway.activeRequests() == 0, () -> "the request never ends");
    }

    @Test
    void aReaderOfAWholeAnswerThatStopsIsCutOffToo() throws Exception {
        upstream.then(peer -> {
            peer.head(200, "content-type: application/json", "content-length: " + MUCH_BYTES)
                    .raw("{\"id\":\"");
            while (written.addAndGet(TEXT.length()) < MUCH_BYTES) {
                peer.raw(TEXT.replace('"', '.'));
            }
        });
        try (var client = new RawClient(gateway.port(), CLIENT_BYTES)
                .post("/v1/chat/completions", gateway.key(), RunningGateway.hello("relayed"))) {
            upstream.awaitRequest().awaitGone();
            assertTrue(written.get() < SOCKETS_BYTES, () -> "the gateway took in " + written + " bytes");
            assertTrue(client.isClosedByServer());
        }
        gateway.awaitMetric(0, "forebay_nodepool_inflight");
        assertEquals(1, gateway.metric("forebay_sse_aborts_total", "reason=\"slow_reader\""));
        assertEquals(1, gateway.metric("forebay_sse_aborts_total"));
    }

    private RawClient ask(String model) throws Exception {
        return new RawClient(gateway.port(), CLIENT_BYTES)
                .post("/v1/chat/completions", gateway.key(), RunningGateway.streamed(model));
    }

    private void writeMuch(Peer peer) throws Exception {
        peer.streamHead();
        while (written.addAndGet(TEXT.length()) < MUCH_BYTES) {
            peer.event(TEXT);
        }
        peer.event(Answers.finish("stop")).event("[DONE]").endChunks();
    }
}
