package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.ModelFailure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are no streams: small ones that are held, large ones that are piped, and error pages. */
class WholeAnswerTest {
    private static final int LARGE = 20_000_000;

    private static Stream<Arguments> largeAnswers() {
        var data = "\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":\"" + "A".repeat(LARGE) + "\"}]";
        var first = "{\"object\":\"list\",\"model\":\"theirs\"," + data + ",\"usage\":" + Answers.USAGE + "}";
        var last = "{\"object\":\"list\"," + data + ",\"model\":\"theirs\",\"usage\":" + Answers.USAGE + "}\n";
        var none = "{\"object\":\"list\"," + data + ",\"usage\":" + Answers.USAGE + "}";
        var middle = "{\"object\":\"list\",\"more\":{\"model\":\"theirs\\\"\",\"usage\":{}}," + data
                + ",\"model\" : \"theirs\",\"usage\":" + Answers.USAGE + ",\"rest\":\"" + "A".repeat(LARGE / 2) + "\"}";
        return Stream.of(first, last, none, middle)
                .flatMap(body -> Stream.of(Arguments.of(body, true), Arguments.of(body, false)));
    }

    @ParameterizedTest
    @MethodSource("largeAnswers")
    void pipesALargeAnswerAndReadsItsEnd(String body, boolean chunked) {
        FakeUpstream.Script script = peer -> {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            if (chunked) {
                peer.head(200, "content-type: application/json", "transfer-encoding: chunked");
                for (var at = 0; at < bytes.length; at += 100_000) {
                    peer.chunk(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 100_000)));
                }
                peer.endChunks();
            } else {
                peer.whole(200, "application/json", bytes);
            }
        };
        with(script, turns -> {
            var taken = turns.whole();
            assertEquals(ExchangeTest.USAGE, taken.awaitComplete());
            assertTrue(taken.pieces > 1);
            assertEquals(body.replace("\"theirs\"", "\"shown\""), taken.answer.toString());
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isNotTriedAgainOncePartOfItHasGoneOut(boolean reset) {
        var taken = new Turns.Taken();
        FakeUpstream.Script script = peer -> {
            peer.head(200, "content-type: application/json", "content-length: 3000000");
            peer.raw("{\"data\":\"" + "A".repeat(1_100_000));
            FakeUpstream.await(taken.begun);
            if (reset) {
                peer.reset();
            } else {
                peer.close();
            }
        };
        try (var a = FakeUpstream.answering(script);
                var b = FakeUpstream.answering(script);
                var turns = Turns.over(a, b)) {
            turns.start(false, Duration.ofSeconds(60), taken);
            taken.awaitFailed(ModelFailure.Broken.class);
            assertTrue(taken.pieces > 0);
            assertEquals(1, a.requests().size() + b.requests().size());
        }
    }

    @Test
    void aLargeAnswerWhoseObjectHasClosedIsCompleteThoughItsConnectionBreaks() {
        var body = "{\"data\":\"" + "A".repeat(1_100_000) + "\",\"usage\":" + Answers.USAGE + "}";
        var taken = new Turns.Taken();
        with(
                peer -> {
                    peer.head(200, "content-type: application/json", "content-length: " + (body.length() + 2))
                            .raw(body);
                    FakeUpstream.await(taken.begun);
                    Turns.until(() -> taken.answer.length() == body.length());
                    peer.close();
                },
                turns -> {
                    turns.start(false, Duration.ofSeconds(60), taken);
                    assertEquals(ExchangeTest.USAGE, taken.awaitComplete());
                    assertEquals(body, taken.answer.toString());
                });
    }

    @Test
    void aLargeAnswerThatStopsShortIsNotComplete() {
        with(
                peer -> {
                    peer.head(200, "content-type: application/json", "connection: close");
                    peer.raw("{\"data\":\"" + "A".repeat(1_000_000));
                    peer.close();
                },
                turns -> turns.whole().awaitFailed(ModelFailure.Broken.class));
    }

    @Test
    void aSlowClientPausesALargeAnswer() {
        var sent = new AtomicLong();
        var piece = "A".repeat(100_000);
        FakeUpstream.Script script = peer -> {
            peer.head(200, "content-type: application/json", "transfer-encoding: chunked")
                    .chunk("{\"data\":\"");
            for (var i = 0; i < 500; i++) {
                peer.chunk(piece);
                sent.addAndGet(piece.length());
            }
            peer.chunk("\",\"usage\":" + Answers.USAGE + "}").endChunks();
        };
        with(script, turns -> {
            var taken = new Turns.Taken();
            taken.full = true;
            turns.start(false, Duration.ofSeconds(60), taken);
            Turns.until(() -> taken.drained != null);
            var before = new AtomicLong(-1);
            do {
                before.set(sent.get());
                Thread.sleep(100);
            } while (before.get() != sent.get());
            assertTrue(sent.get() < 30_000_000L, "sent " + sent);
            taken.full = false;
            turns.onLoop(() -> {
                taken.drained.run();
                return null;
            });
            assertEquals(ExchangeTest.USAGE, taken.awaitComplete());
            assertTrue(taken.answer.length() > 50_000_000);
        });
    }

    @Test
    void comesByteByByte() {
        with(
                peer -> peer.inPiecesOf(1)
                        .whole(
                                200,
                                "application/json",
                                Answers.completion("héllo").getBytes(StandardCharsets.UTF_8)),
                turns -> {
                    var taken = turns.whole();
                    assertEquals(ExchangeTest.USAGE, taken.awaitComplete());
                    assertTrue(taken.answer.toString().contains("héllo"));
                });
    }

    @Test
    void unpacksWhatNobodyAskedToBePacked() {
        with(
                peer -> peer.whole(
                        200,
                        "application/json",
                        Peer.gzip(Answers.completion("hello").getBytes(StandardCharsets.UTF_8)),
                        "content-encoding: gzip"),
                turns -> {
                    var taken = turns.whole();
                    taken.awaitComplete();
                    assertTrue(taken.answer.toString().contains("hello"));
                });
    }

    private static List<String> beginnings() {
        var head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
        var half = Answers.completion("hello").substring(0, 100);
        return List.of(
                "",
                "HTTP/1.1 2",
                head,
                head + "content-length: 400\r\n\r\n",
                head + "content-length: 400\r\n\r\n" + half,
                head + "transfer-encoding: chunked\r\n\r\n",
                head + "transfer-encoding: chunked\r\n\r\n64\r\n" + half.substring(0, 50),
                head + "transfer-encoding: chunked\r\n\r\n64\r\n" + half + "\r\n",
                head + "connection: close\r\n\r\n" + half);
    }

    private static Stream<Arguments> breaks() {
        return Beginnings.inBothWays(beginnings());
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void isNeverCompleteWhenItIsCutOrReset(String beginning, boolean reset) {
        with(Beginnings.broken(beginning, reset), turns -> {
            var taken = turns.whole();
            taken.awaitFailed(ModelFailure.Broken.class);
            assertEquals(0, taken.pieces);
            assertEquals("upstream_cut", turns.awaitEnded().outcome().error());
        });
    }

    @Test
    void isTimedOutWhereverItStalls() {
        Beginnings.assertTimedOut(beginnings(), Turns::whole);
    }

    private static Stream<Arguments> pages() {
        return Stream.of(
                Arguments.of("text/html", "<html>welcome</html>"),
                Arguments.of("application/json", "[]"),
                Arguments.of("application/json", "{\"choices\":[}"),
                Arguments.of("application/json", ""),
                Arguments.of("text/event-stream", "data: {\"choices\":[]}\n\n"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatIsNoJsonObjectIsAFailure(String type, String body) {
        with(peer -> peer.whole(200, type, body.getBytes(StandardCharsets.UTF_8)), turns -> {
            var taken = turns.whole();
            taken.awaitFailed(ModelFailure.Broken.class);
            assertEquals(0, taken.pieces);
        });
    }

    @Test
    void whatIsNoJsonObjectIsAFailureHoweverLargeItIs() {
        for (var page : List.of("<html>" + "a".repeat(2_000_000), " ".repeat(2_000_000))) {
            with(
                    peer -> peer.whole(200, "text/html", page.getBytes(StandardCharsets.UTF_8)),
                    turns -> turns.whole().awaitFailed(ModelFailure.Broken.class));
        }
    }

    @Test
    void anErrorUnderStatus200IsAFailure() {
        with(Answers.json("{\"error\":{\"message\":\"no\",\"code\":404}}"), turns -> {
            var failure = turns.whole().awaitFailed(ModelFailure.Refused.class);
            assertEquals(404, failure.status());
        });
    }

    @Test
    void theStatusOfARefusalStandsWithoutItsBody() {
        var fake = FakeUpstream.start()
                .then(peer -> {
                    peer.head(400, "content-length: 1000").raw("too long");
                    peer.reset();
                })
                .then(peer -> peer.head(413, "content-length: 0"))
                .then(peer -> {
                    peer.head(404, "transfer-encoding: chunked");
                    while (true) {
                        peer.chunk("not found ".repeat(1000));
                    }
                });
        try (fake;
                var turns = Turns.over(fake)) {
            for (var status : List.of(400, 413, 404)) {
                var failure = turns.whole().awaitFailed(ModelFailure.Refused.class);
                assertEquals(status, failure.status());
                assertTrue(failure.body().length() <= 64 * 1024);
            }
            for (var i = 0; i < 3; i++) {
                assertEquals("upstream_4xx", turns.awaitEnded().outcome().error());
            }
        }
    }

    @Test
    void anAnswerBeforeTheRequestWasReadDoesNotHoldUpTheNext() throws Exception {
        // A server that answers by the head alone and never reads the body: what is left of it must not stand before
        // the next request.
        try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var turns = new Turns(
                        Turns.TIMEOUTS,
                        Turns.pool(0, true, List.of(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1"))),
                        10)) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        var socket = server.accept();
                        var in = socket.getInputStream();
                        while (in.read() != '}') {}
                        socket.getOutputStream()
                                .write("HTTP/1.1 413 Told\r\ncontent-length: 2\r\n\r\n{}"
                                        .getBytes(StandardCharsets.UTF_8));
                    }
                } catch (IOException _) {
                    // the test is over
                }
            });
            var large = Buffer.buffer("{}" + "x".repeat(30_000_000));
            for (var i = 0; i < 2; i++) {
                var taken = turns.start(false, Duration.ofSeconds(20), new Turns.Taken(), (_, _) -> large);
                assertEquals(413, taken.awaitFailed(ModelFailure.Refused.class).status());
            }
        }
    }

    private interface Steps {
        void run(Turns turns) throws Exception;
    }

    private static void with(FakeUpstream.Script script, Steps steps) {
        try (var fake = FakeUpstream.answering(script);
                var turns = Turns.over(fake)) {
            steps.run(turns);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
