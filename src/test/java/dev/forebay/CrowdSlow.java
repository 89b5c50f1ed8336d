package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.http.RawClient;
import dev.forebay.upstream.Answers;
import dev.forebay.upstream.FakeUpstream;
import dev.forebay.upstream.Peer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients that do nothing, or little, at a gateway of its own with a heap of 256 MB; prints what they cost it. */
class CrowdSlow {
    private static final int IDLE_WANTED = 10_000;
    private static final int READERS = 200;
    private static final int READ_BYTES = 16 << 10;
    private static final int ROUNDS = 16;

    /** For all that a gateway and this test have open besides. */
    private static final int OTHER_FILES = 1000;

    private static final byte[] LIVE =
            "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    /** An agent's answer is kept until it is whole: those of all readers must fit into a quarter of the heap. */
    private static final int AGENT_TEXTS = 70;

    private static final String TEXT = Answers.text("x".repeat(4000));

    private final FakeUpstream engine = FakeUpstream.start();
    private final FakeUpstream agents = FakeUpstream.start();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (var one : open) {
            one.close();
        }
        engine.close();
        agents.close();
    }

    @Test
    void tenThousandIdleConnectionsFromOneAddress() throws Exception {
        engine.otherwise(Answers.json(Answers.completion("fine")));
        try (var gateway = ForebayProcess.up(
                folder,
                yaml("server: {warm_up_millis: 0, connections_max: 12000,"
                        + " header_seconds: 600, idle_seconds: 600}"))) {
            var address =
                    new InetSocketAddress("127.0.0.1", gateway.awaitReady().getPort());
            for (var i = 0; i < 100; i++) {
                assertEquals(
                        200,
                        gateway.chat(ForebayProcess.key(folder), RunningGateway.hello("relayed"))
                                .statusCode());
            }
            var filesMax = Math.min(ForebayProcess.openFilesMax("self"), ForebayProcess.openFilesMax(pid(gateway)));
            var count = (int) Math.min(IDLE_WANTED, filesMax - OTHER_FILES);
            var before = gateway.residentBytes();

            for (var i = 0; i < count; i++) {
                var channel = SocketChannel.open(address);
                open.add(channel);
                // Half of them are kept after a request, half have sent nothing at all.
                if (i % 2 == 0) {
                    channel.write(ByteBuffer.wrap(LIVE));
                    assertTrue(channel.read(ByteBuffer.allocate(1024)) > 0);
                }
            }
            RunningGateway.await(() -> gateway.openFiles() >= count, () -> "only " + gateway.openFiles() + " files");
            var grown = gateway.residentBytes() - before;
            System.out.printf(
                    "%d of %d wanted idle connections (limit of open files: %d): %d KiB more resident memory, %d bytes each%n",
                    count, IDLE_WANTED, filesMax, grown >> 10, grown / count);

            assertEquals(
                    200,
                    gateway.chat(ForebayProcess.key(folder), RunningGateway.hello("relayed"))
                            .statusCode());
            assertTrue(grown < count * 40_000L, () -> grown + " bytes for " + count + " connections");
            for (var one : open) {
                one.close();
            }
            RunningGateway.await(() -> gateway.openFiles() < OTHER_FILES, () -> gateway.openFiles() + " files stay");
            assertEquals(
                    200,
                    gateway.chat(ForebayProcess.key(folder), RunningGateway.hello("relayed"))
                            .statusCode());
        }
    }

    @Test
    void slowReadersInBothLanesWhileTheModelWritesWithoutAPause() throws Exception {
        var written = new AtomicLong();
        engine.otherwise(peer -> write(peer, Integer.MAX_VALUE, written));
        agents.otherwise(peer -> write(peer, AGENT_TEXTS, written));
        try (var gateway =
                ForebayProcess.up(folder, yaml("server: {warm_up_millis: 0}\nstream: {stall_seconds: 600}"))) {
            var port = gateway.awaitReady().getPort();
            var readers = new ArrayList<RawClient>();
            var before = gateway.residentBytes();
            for (var i = 0; i < READERS; i++) {
                var reader = new RawClient(port, READ_BYTES);
                open.add(reader);
                readers.add(reader.post(
                        "/v1/chat/completions",
                        ForebayProcess.key(folder),
                        RunningGateway.streamed(i % 2 == 0 ? "relayed" : "agentic")));
            }
            for (var round = 0; round < ROUNDS; round++) {
                for (var reader : readers) {
                    assertEquals(READ_BYTES, reader.read(READ_BYTES));
                }
            }
            var grown = gateway.residentBytes() - before;
            System.out.printf(
                    "%d slow readers, %d MiB read of %d MiB written: %d KiB more resident memory%n",
                    READERS, (long) READERS * ROUNDS * READ_BYTES >> 20, written.get() >> 20, grown >> 10);

            assertTrue(grown < 512L << 20, () -> grown + " bytes");
            assertEquals(
                    2 * READERS,
                    readers.size()
                            + engine.requests().size()
                            + agents.requests().size());
        }
    }

    private static void write(Peer peer, int texts, AtomicLong written) throws Exception {
        peer.streamHead();
        for (var i = 0; i < texts; i++) {
            peer.event(TEXT);
            written.addAndGet(TEXT.length());
        }
        peer.stall();
    }

    private String yaml(String settings) {
        return """
                data: data
                mcp: {folder: mcp-servers}
                %s
                nodepools:
                  - {id: pool, base_url: "%s", max_concurrency: 0}
                  - {id: agents, base_url: "%s", max_concurrency: 0}
                models:
                  - {id: relayed, nodepools: [pool]}
                  - {id: agentic, nodepools: [agents], agentic: true}
                """.formatted(settings, engine.baseUrl(), agents.baseUrl());
    }

    private static String pid(ForebayProcess gateway) {
        return Long.toString(gateway.pid());
    }
}
