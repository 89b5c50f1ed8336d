package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.http.RawClient;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import dev.forebay.upstream.Peer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that read more slowly than the model writes, or not at all. All that are in a test read at the same time. */
class SlowReaderTest {
    /** What sockets on both sides of the gateway may hold; all that is above it would be held by the gateway. */
    private static final long SOCKETS_BYTES = 24 << 20;

    private static final long MUCH_BYTES = 200 << 20;
    private static final int CLIENT_BYTES = 16 << 10;
    private static final String TEXT = Answers.text("x".repeat(20_000));
    private static final List<String> STREAMS =
            List.of(RunningGateway.streamed("relayed"), RunningGateway.streamed("agentic"));

    @TempDir
    Path folder;

    private final AtomicLong written = new AtomicLong();
    private FakeUpstream upstream;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        upstream = FakeUpstream.start();
        var yaml = """
                stream: {heartbeat_seconds: 1, stall_seconds: 2}
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

    @Test
    void readersThatStopAreCutOffWhileTheGatewayHoldsLittle() throws Exception {
        upstream.then(this::streamMuch).then(this::streamMuch).then(this::answerMuch);
        var clients = ask(STREAMS.get(0), STREAMS.get(1), RunningGateway.hello("relayed"));
        awaitCutOff(clients);
        gateway.awaitMetric(3, "gen_ai_client_operation_duration_seconds_count", "error_type=\"slow_reader\"");
        assertTrue(written.get() < 3 * SOCKETS_BYTES, () -> "the gateway took in " + written + " bytes");
    }

    @Test
    void readersThatAreSlowButSteadyAreServed() throws Exception {
        upstream.then(this::streamMuch).then(this::streamMuch);
        var clients = ask(STREAMS.get(0), STREAMS.get(1));
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (System.nanoTime() < deadline) {
            for (var client : clients) {
                assertEquals(100_000, client.read(100_000));
            }
            LockSupport.parkNanos(20_000_000);
        }
        assertEquals(0, gateway.metric("forebay_sse_aborts_total"));
        for (var client : clients) {
            client.close();
        }
    }

    @Test
    void aReaderThatStopsBeforeTheLastEventIsCutOffToo() throws Exception {
        var huge = Answers.text("x".repeat(7_500_000));
        upstream.then(peer -> peer.streamHead()
                .chunk("data: " + huge + "\n\ndata: " + Answers.finish("stop") + "\n\ndata: [DONE]\n\n")
                .endChunks());
        awaitCutOff(ask(STREAMS.getFirst()));
    }

    private void awaitCutOff(List<RawClient> clients) throws Exception {
        gateway.awaitMetric(clients.size(), "forebay_sse_aborts_total", "reason=\"slow_reader\"");
        gateway.awaitMetric(0, "forebay_nodepool_inflight");
        assertEquals(clients.size(), gateway.metric("forebay_sse_aborts_total"));
        for (var client : clients) {
            assertTrue(client.isClosedByServer());
            client.close();
        }
        RunningGateway.await(() -> gateway.gateway.fronts().activeRequests() == 0, () -> "a request never ends");
    }

    /** One after the other, so that each gets its own script. */
    private List<RawClient> ask(String... bodies) throws Exception {
        var clients = new ArrayList<RawClient>();
        for (var body : bodies) {
            clients.add(new RawClient(gateway.port(), CLIENT_BYTES).post("/v1/chat/completions", gateway.key(), body));
            upstream.awaitRequest();
        }
        return clients;
    }

    private void streamMuch(Peer peer) throws Exception {
        peer.streamHead();
        for (var sent = 0; sent < MUCH_BYTES; sent += TEXT.length()) {
            peer.event(TEXT);
            written.addAndGet(TEXT.length());
        }
        peer.event(Answers.finish("stop")).event("[DONE]").endChunks();
    }

    private void answerMuch(Peer peer) throws Exception {
        peer.head(200, "content-type: application/json", "content-length: " + MUCH_BYTES)
                .raw("{\"id\":\"");
        for (var sent = 0; sent < MUCH_BYTES; sent += TEXT.length()) {
            peer.raw(TEXT.replace('"', '.'));
            written.addAndGet(TEXT.length());
        }
    }
}
