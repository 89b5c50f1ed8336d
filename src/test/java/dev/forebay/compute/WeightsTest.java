package dev.forebay.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Replica.State.Failed;
import dev.forebay.compute.Replica.State.Ready;
import dev.forebay.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    @TempDir
    Path data;

    private FileServer server;

    @BeforeEach
    void open() throws Exception {
        server = new FileServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aDownloadThatWasCutGoesOnWhereItEnded() throws Exception {
        server.cutAfter = 100_000;
        assertTrue(failure(wanted(NO_LIMIT)).startsWith("cannot fetch a/model from 127.0.0.1:"));
        server.cutAfter = Integer.MAX_VALUE;
        prepare(wanted(NO_LIMIT));
        assertArrayEquals(server.content, Files.readAllBytes(data.resolve("weights/a/model")));
        assertFalse(Files.exists(data.resolve("weights/a/model.part")));
        assertEquals("null", server.ranges.getFirst());
        assertTrue(server.ranges.getLast().matches("bytes=[1-9]\\d*-"), server.ranges::toString);
    }

    @Test
    void aServerThatKnowsNoRangesSendsItFromTheBeginning() throws Exception {
        server.knowsRanges = false;
        part(1000);
        prepare(wanted(NO_LIMIT));
        assertArrayEquals(server.content, Files.readAllBytes(data.resolve("weights/a/model")));
    }

    @Test
    void aPartThatIsWholeAlreadyIsTakenAsItIs() throws Exception {
        part(server.content.length);
        prepare(wanted(NO_LIMIT));
        assertArrayEquals(server.content, Files.readAllBytes(data.resolve("weights/a/model")));
    }

    @Test
    void anotherRangeThanTheOneAskedForIsRefused() throws Exception {
        part(1000);
        server.wrongRange = "bytes 7-99/100";
        assertTrue(failure(wanted(NO_LIMIT)).contains("range \"bytes 7-99/100\", asked for 1000-"));
    }

    @Test
    void aWrongChecksumIsToldAndTheNextTryBeginsAnew() throws Exception {
        part(1000);
        Files.write(data.resolve("weights/a/model.part"), new byte[1000]);
        var failure = failure(wanted(NO_LIMIT));
        assertTrue(failure.contains("its sha256 is ") && failure.contains("not " + sum(server.content)), failure);
        assertFalse(Files.exists(data.resolve("weights/a/model")));
        prepare(wanted(NO_LIMIT));
        assertEquals("null", server.ranges.getLast());
    }

    @Test
    void whatIsThereIsNotFetchedAgainUnlessItHasChanged() throws Exception {
        prepare(wanted(NO_LIMIT));
        prepare(wanted(NO_LIMIT));
        assertEquals(1, server.ranges.size());
        Files.writeString(data.resolve("weights/a/model"), "something else");
        prepare(wanted(NO_LIMIT));
        assertEquals(2, server.ranges.size());
    }

    @Test
    void anErrorOfTheServerAndAFileThatIsTooLargeAreTold() {
        server.status = 404;
        assertTrue(failure(wanted(NO_LIMIT)).endsWith("status 404"));
        server.status = 200;
        assertTrue(failure(wanted(1000)).endsWith("it has 300000 bytes, and bytes_max is 1000"));
    }

    @Test
    void headersAreForTheOwnHostOnly() throws Exception {
        try (var other = new FileServer()) {
            server.elsewhere = other.url();
            prepare(wanted(NO_LIMIT));
            assertEquals(List.of("Bearer secret"), server.authorizations);
            assertEquals(List.of("null"), other.authorizations);
        }
    }

    @Test
    void twoAtOnceFetchItOnce() throws Exception {
        var other = new CompletableFuture<Void>();
        Thread.ofVirtual().start(() -> {
            try {
                prepare(wanted(NO_LIMIT));
                other.complete(null);
            } catch (IOException e) {
                other.completeExceptionally(e);
            }
        });
        prepare(wanted(NO_LIMIT));
        other.get(20, TimeUnit.SECONDS);
        assertEquals(1, server.ranges.size());
    }

    @Test
    void aReplicaStartsOnceItsFileIsThereAndIsTriedAgainUntilThen() throws Exception {
        server.status = 503;
        var source = Files.write(data.resolve("source"), server.content).toUri();
        var yaml = """
                id: p
                command: [forebay, '{port}', '{prepared}/a/model']
                prepare:
                  - {url: '%s', file: a/model, sha256: %s, headers: {Authorization: secret}}
                  - {url: '%s', file: b/model, sha256: %s}
                """.formatted(server.url(), sum(server.content), source, sum(server.content));
        try (var replicas = new LocalReplicas(data)) {
            var changes = new Changes();
            replicas.provider().start(LocalReplicas.nodepool(yaml), 0, changes);
            var state = changes.next();
            while (!(state instanceof Failed)) {
                state = changes.next();
            }
            assertTrue(((Failed) state)
                    .reason()
                    .contains("nodepool p, replica 0: a file that it needs cannot be fetched"));
            server.status = 200;
            while (!(state instanceof Ready)) {
                state = changes.next();
            }
            var said = LocalReplicas.who(((Ready) state).endpoint());
            assertTrue(said.endsWith(data.resolve("weights/a/model").toString()), said);
            assertArrayEquals(server.content, Files.readAllBytes(data.resolve("weights/b/model")));
        }
    }

    private void prepare(PreparedFile file) throws IOException {
        new Weights(data.resolve("weights")).prepare(file, new Pause(), _ -> {});
    }

    private String failure(PreparedFile file) {
        return assertThrows(IOException.class, () -> prepare(file)).getMessage();
    }

    private PreparedFile wanted(long bytesMax) {
        var headers = Map.of("authorization", Secret.of("Bearer secret"));
        return new PreparedFile(server.url(), "a/model", sum(server.content), bytesMax, headers);
    }

    private void part(int length) throws IOException {
        Files.createDirectories(data.resolve("weights/a"));
        Files.write(data.resolve("weights/a/model.part"), Arrays.copyOf(server.content, length));
    }

    private static String sum(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
