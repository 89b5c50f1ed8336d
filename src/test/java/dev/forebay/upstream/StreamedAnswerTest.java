package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams as engines and networks really deliver them. What is no complete answer never looks like one. */
class StreamedAnswerTest {

    private static Stream<Arguments> lineEndsAndPieces() {
        return Stream.of("\n", "\r\n", "\r")
                .flatMap(end -> Stream.of(1, 7, 100_000).map(size -> Arguments.of(end, size)));
    }

    @ParameterizedTest
    @MethodSource("lineEndsAndPieces")
    void isTheSameHoweverItIsCutAndItsLinesEnd(String lineEnd, int pieceBytes) {
        var events = List.of(Answers.text("héllo €"), Answers.text("😀"), Answers.finish("stop"), Answers.usage());
        FakeUpstream.Script script = peer -> peer.streamHead()
                .inPiecesOf(pieceBytes)
                .chunk(Answers.stream(events, lineEnd))
                .endChunks();
        with(script, turns -> {
            var taken = turns.stream();
            assertEquals(ExchangeTest.USAGE, taken.awaitComplete());
            assertEquals("héllo €😀", taken.text());
            assertEquals(events, taken.events);
        });
    }

    @Test
    void offersAChunkOfWholeEventsToBeWrittenAsItCame() {
        var chunk = "data: " + Answers.text("a") + "\n\ndata: " + Answers.text("b") + "\r\n\r\n";
        var taken = new Turns.Taken();
        FakeUpstream.Script script = peer -> {
            peer.streamHead().chunk(chunk);
            FakeUpstream.await(taken.begun); // what follows is another chunk of the network
            peer.chunk(": note\n\ndata: " + Answers.finish("stop") + "\n\n")
                    .event("[DONE]")
                    .endChunks();
        };
        with(script, turns -> {
            turns.start(true, Duration.ofSeconds(60), taken);
            taken.awaitComplete();
            assertEquals(chunk, taken.flushed.getFirst());
            assertNull(taken.flushed.getLast());
        });
    }

    @Test
    void leavesCommentsNamesAndForeignEventsBehind() {
        var stream = "\uFEFF: hello\n\nid: 1\nretry: 5\nevent: message\ndata: " + Answers.text("a")
                + "\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n: more\ndata: {\"choices\":[{\"index\":0,\ndata: \"delta\":"
                + "{\"content\":\"b\"}}]}\n\n\n\ndata:" + Answers.finish("stop") + "\n\ndata:[DONE]\n\n";
        with(peer -> peer.streamHead().chunk(stream).endChunks(), turns -> {
            var taken = turns.stream();
            taken.awaitComplete();
            assertEquals("ab", taken.text());
            assertEquals(3, taken.events.size());
            assertFalse(taken.events.get(1).contains("\n"));
        });
    }

    @Test
    void carriesAnEventOfAMebibyteAndAnswersOfTwentyMegabytes() {
        var large = "x".repeat(1 << 20);
        FakeUpstream.Script script = peer -> {
            peer.streamHead();
            for (var i = 0; i < 20; i++) {
                peer.event(Answers.text(large));
            }
            peer.event(Answers.finish("stop")).event("[DONE]").endChunks();
        };
        with(script, turns -> {
            var taken = turns.stream();
            taken.awaitComplete();
            assertEquals(20 << 20, taken.text().length());
        });
    }

    @Test
    void givesUpOnAnEventWithoutEnd() {
        FakeUpstream.Script script = peer -> {
            peer.streamHead().event(Answers.text("a")).chunk("data: {\"choices\":[\"");
            var piece = new byte[64 * 1024];
            while (true) {
                peer.chunk(piece);
            }
        };
        with(script, turns -> {
            var taken = turns.stream();
            var failure = taken.awaitFailed(ModelFailure.Broken.class);
            assertTrue(failure.getMessage().contains("larger than"), failure.getMessage());
            assertEquals(1, taken.events.size());
            assertEquals("upstream_broken", turns.awaitEnded().outcome().error());
        });
    }

    @Test
    void unpacksWhatNobodyAskedToBePacked() {
        var packed = Answers.stream(Answers.hello(), "\n").getBytes(StandardCharsets.UTF_8);
        FakeUpstream.Script script =
                peer -> peer.whole(200, "text/event-stream", Peer.gzip(packed), "content-encoding: gzip");
        with(script, turns -> {
            var taken = turns.stream();
            taken.awaitComplete();
            assertEquals("hello", taken.text());
        });
    }

    private static Stream<List<String>> shapesOfUsage() {
        var finish = Answers.finish("stop");
        var text = Answers.text("hello");
        var with = ",\"usage\":" + Answers.USAGE + "}";
        var early = ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":0}}";
        return Stream.of(
                List.of(end(text, early), end(finish, with)),
                List.of(end(text, ",\"usage\":null}"), end(finish, ",\"usage\":null}"), Answers.usage()),
                List.of(text, end(finish, with)),
                List.of(text, finish, Answers.usage()),
                List.of(text, finish, end(Answers.chunk("{}"), with)),
                List.of(
                        text,
                        finish.replace("\"finish_reason\"", "\"usage\":" + Answers.USAGE + ",\"finish_reason\"")));
    }

    @ParameterizedTest
    @MethodSource("shapesOfUsage")
    void readsUsageInEveryShape(List<String> events) {
        with(Answers.streaming(events.toArray(String[]::new)), turns -> {
            var taken = turns.stream();
            assertEquals(ExchangeTest.USAGE, taken.awaitComplete());
            assertEquals("hello", taken.text());
        });
    }

    @Test
    void isCompleteWithAFinishOrWithDone() {
        with(
                FakeUpstream.answering(peer -> peer.streamHead()
                                .event(Answers.text("a"))
                                .event(Answers.finish("stop"))
                                .endChunks())
                        .then(peer -> peer.streamHead()
                                .event(Answers.text("a"))
                                .event("[DONE]")
                                .endChunks())
                        .then(peer -> peer.streamHead()
                                .event(Answers.text("a"))
                                .chunk("data: [DONE]")
                                .endChunks())
                        .then(peer -> {
                            peer.head(200, "content-type: text/event-stream", "connection: close");
                            peer.raw("data: " + Answers.text("a") + "\n\ndata: " + Answers.finish("stop"));
                            peer.close();
                        }),
                Turns.TIMEOUTS,
                turns -> {
                    for (var i = 0; i < 4; i++) {
                        var taken = turns.stream();
                        taken.awaitComplete();
                        assertEquals("a", taken.text());
                    }
                });
    }

    @Test
    void doesNotWaitForTheBodysEndAfterDone() {
        var open = new CountDownLatch(1);
        with(peer -> peer.streamHead().event(Answers.text("a")).event("[DONE]").stall(open), turns -> {
            turns.stream().awaitComplete();
            assertEquals(0, turns.inFlight());
            open.countDown();
        });
    }

    @Test
    void resetsAConnectionWhoseBodyDoesNotEndAfterDone() {
        var fake = FakeUpstream.answering(peer -> {
            peer.streamHead().event(Answers.text("a")).event("[DONE]");
            peer.stall();
        });
        with(fake, Turns.TIMEOUTS, turns -> {
            turns.stream().awaitComplete();
            fake.awaitRequest().awaitGone();
        });
    }

    private static List<String> beginnings() {
        var event = "data: " + Answers.text("hel") + "\n\n";
        var chunk = Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
        var head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
        return List.of(
                "",
                "HTTP/1.1 200 O",
                head,
                head + "transfer-encoding: chunked\r\n\r\n",
                head + "transfer-encoding: chunked\r\n\r\n2",
                head + "transfer-encoding: chunked\r\n\r\n" + chunk,
                head + "transfer-encoding: chunked\r\n\r\n" + chunk.substring(0, 30),
                head + "transfer-encoding: chunked\r\n\r\n" + chunk + "40\r\ndata: {\"choi",
                head + "transfer-encoding: chunked\r\n\r\n" + chunk + "0\r\n",
                head + "content-length: 9999\r\n\r\n",
                head + "content-length: 9999\r\n\r\n" + event,
                head + "content-length: 9999\r\n\r\n" + event + "data: {\"choices\":[{",
                head + "connection: close\r\n\r\n" + event,
                head + "connection: close\r\n\r\n" + event + "data: {\"choices\":[{\"finish_reason\":\"st");
    }

    private static Stream<Arguments> breaks() {
        return Beginnings.inBothWays(beginnings());
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void isNeverCompleteWhenItIsCutOrReset(String beginning, boolean reset) {
        var fake = FakeUpstream.answering(Beginnings.broken(beginning, reset));
        with(fake, Turns.TIMEOUTS, turns -> {
            var taken = turns.stream();
            taken.awaitFailed(ModelFailure.Broken.class);
            assertEquals(1, fake.requests().size());
            assertEquals("upstream_cut", turns.awaitEnded().outcome().error());
            assertEquals(0, turns.inFlight());
            assertTrue(taken.events.size() <= 1);
        });
    }

    @Test
    void isTimedOutWhereverItStalls() {
        Beginnings.assertTimedOut(beginnings(), Turns::stream);
    }

    @Test
    void commentsDoNotPutOffTheFirstEvent() {
        FakeUpstream.Script script = peer -> {
            peer.streamHead();
            while (true) {
                peer.chunk(": still here\n\n");
                Thread.sleep(50);
            }
        };
        with(
                FakeUpstream.answering(script),
                Beginnings.QUICK,
                turns -> turns.stream().awaitFailed(ModelFailure.TimedOut.class));
    }

    @Test
    void aStallAfterTheFinishIsNoFailure() {
        var fake = FakeUpstream.answering(peer -> {
            peer.streamHead().event(Answers.text("a")).event(Answers.finish("stop"));
            peer.stall();
        });
        with(fake, Beginnings.QUICK, turns -> {
            turns.stream().awaitComplete();
            fake.awaitRequest().awaitGone();
        });
    }

    private static Stream<String> errors() {
        return Stream.of(
                "data: {\"error\":{\"message\":\"no\",\"code\":500}}\n\n",
                "event: error\ndata: {\"message\":\"no\"}\n\n",
                "data: {\"error\":\"no\"}\n\n",
                "data: {\"id\":\"c\",\"error\":{\"code\":502,\"message\":\"no\"},\"choices\":[{\"index\":0,\"delta\":"
                        + "{\"content\":\"\"},\"finish_reason\":\"error\"}]}\n\n");
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorAmongTheEventsIsAFailure(String error) {
        with(
                FakeUpstream.answering(peer ->
                                peer.streamHead().chunk(error).event("[DONE]").endChunks())
                        .then(peer -> peer.streamHead()
                                .chunk("data: " + Answers.text("a") + "\n\n" + error)
                                .event("[DONE]")
                                .endChunks()),
                Turns.TIMEOUTS,
                turns -> {
                    var later = turns.stream();
                    assertTrue(
                            later.awaitFailed(ModelFailure.Refused.class).body().contains("no"));
                    assertEquals("a", later.text());
                    assertEquals(1, later.flushed.size());
                    var first = turns.stream();
                    assertTrue(
                            first.awaitFailed(ModelFailure.Refused.class).body().contains("no"));
                    assertTrue(first.events.isEmpty());
                });
    }

    @Test
    void anErrorBeforeTheFirstEventIsTriedElsewhereIfItMayHelp() {
        try (var a = FakeUpstream.answering(Answers.streaming("{\"error\":{\"message\":\"busy\",\"code\":503}}"));
                var b = FakeUpstream.answering(Answers.streaming("{\"error\":{\"message\":\"bad\",\"code\":400}}"));
                var turns = Turns.over(a, b)) {
            var failure = turns.stream().awaitFailed(ModelFailure.Refused.class);
            assertEquals(400, failure.status());
        }
    }

    private static Stream<Arguments> pages() {
        return Stream.of(
                Arguments.of("text/html", "<html>welcome</html>"),
                Arguments.of("application/json", "{\"choices\":[{\"mess"),
                Arguments.of("application/json", Answers.completion("whole")),
                Arguments.of("application/json", "null"),
                Arguments.of("text/event-stream", "<html>welcome</html>"),
                Arguments.of("text/event-stream", "data: <html>welcome</html>\n\n"),
                Arguments.of("text/event-stream", Answers.completion("whole")),
                Arguments.of("text/event-stream", ""));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatIsNoStreamIsAFailure(String type, String body) {
        with(peer -> peer.whole(200, type, body.getBytes(StandardCharsets.UTF_8)), turns -> {
            var taken = turns.stream();
            taken.awaitFailed(ModelFailure.Broken.class);
            assertTrue(taken.events.isEmpty());
        });
    }

    @Test
    void aKeptConnectionThatTheServerClosedIsNotUsed() {
        with(
                FakeUpstream.answering(Answers.streamingHello()).then(peer -> {
                    Answers.streamingHello().play(peer);
                    peer.close();
                }),
                Turns.TIMEOUTS,
                turns -> {
                    turns.stream().awaitComplete();
                    settled(); // the end of the connection has come
                    turns.stream().awaitComplete();
                });
    }

    @Test
    void aSlowClientPausesTheReplica() {
        var sent = new AtomicLong();
        var event = "data: " + Answers.text("x".repeat(10_000)) + "\n\n";
        var count = 5_000;
        FakeUpstream.Script script = peer -> {
            peer.streamHead();
            for (var i = 0; i < count; i++) {
                peer.chunk(event);
                sent.addAndGet(event.length());
            }
            peer.event(Answers.finish("stop")).event("[DONE]").endChunks();
        };
        with(script, turns -> {
            var taken = new Turns.Taken();
            taken.full = true;
            turns.start(true, Duration.ofSeconds(60), taken);
            Turns.until(() -> taken.drained != null);
            var before = new AtomicLong(-1);
            Turns.until(() -> before.getAndSet(sent.get()) == sent.get() && settled());
            assertTrue(sent.get() < 30_000_000L, "sent " + sent);
            taken.full = false;
            turns.onLoop(() -> {
                taken.drained.run();
                return null;
            });
            taken.awaitComplete();
            assertEquals(count * 10_000, taken.text().length());
        });
    }

    @Test
    void cancellingAPausedTurnLeavesAConnectionAloneThatServesAnother() {
        var all = "data: " + Answers.text("a") + "\n\ndata: " + Answers.finish("stop") + "\n\ndata: [DONE]\n\n";
        var release = new CountDownLatch(1);
        var fake = FakeUpstream.answering(peer -> {
            peer.streamHead().event(Answers.text("b")).stall(release);
            peer.event(Answers.finish("stop")).event("[DONE]").endChunks();
        });
        fake.then(peer ->
                peer.raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                        + framed("data: " + Answers.text("a") + "\n\n") + framed(all) + "0\r\n\r\n"));
        with(fake, Turns.TIMEOUTS, turns -> {
            var paused = new Turns.Taken();
            paused.full = true;
            turns.start(true, Duration.ofSeconds(60), paused);
            Turns.until(() -> paused.drained != null);
            var second = turns.stream();
            FakeUpstream.await(second.begun);
            turns.cancel(paused);
            turns.onLoop(() -> null);
            release.countDown();
            second.awaitComplete();
            assertEquals("b", second.text());
            assertEquals(1, fake.connections());
        });
    }

    @Test
    void whatArrivedBeforeACutReachesASlowClientToo() {
        FakeUpstream.Script script = peer -> {
            peer.streamHead();
            for (var i = 0; i < 5; i++) {
                peer.event(Answers.text(Integer.toString(i)));
                Thread.sleep(10);
            }
            peer.close();
        };
        with(FakeUpstream.answering(script), Turns.TIMEOUTS, turns -> {
            var taken = new Turns.Taken();
            taken.full = true;
            turns.start(true, Duration.ofSeconds(60), taken);
            Turns.until(() -> taken.drained != null);
            Thread.sleep(150); // lets the cut arrive
            taken.full = false;
            turns.onLoop(() -> {
                taken.drained.run();
                return null;
            });
            taken.awaitFailed(ModelFailure.Broken.class);
            assertEquals("01234", taken.text());
        });
    }

    @Test
    void oneBrokenStreamOfTwoHundredLeavesTheOthersAlone() {
        var go = new CountDownLatch(1);
        FakeUpstream.Script good = peer -> {
            peer.streamHead().event(Answers.text("hel")).stall(go);
            peer.event(Answers.text("lo"))
                    .event(Answers.finish("stop"))
                    .event("[DONE]")
                    .endChunks();
        };
        var fake = FakeUpstream.answering(good).then(peer -> {
            peer.streamHead().event(Answers.text("hel")).stall(go);
            peer.reset();
        });
        try (fake;
                var turns = new Turns(new Timeouts(5, 20, 20, 60, 4, 3, 300), Turns.pool(0, true, fake), 10)) {
            var all = new ArrayList<>(Collections.nCopies(200, ""));
            var takens = all.stream().map(_ -> turns.stream()).toList();
            takens.forEach(taken -> FakeUpstream.await(taken.begun));
            go.countDown();
            var broken = 0;
            for (var taken : takens) {
                var whole = FakeUpstream.await(taken.complete
                        .thenApply(_ -> true)
                        .applyToEither(taken.failed.thenApply(_ -> false), yes -> yes));
                assertEquals(whole ? "hello" : "hel", taken.text());
                broken += whole ? 0 : 1;
            }
            assertEquals(1, broken);
            assertEquals(0, turns.inFlight());
        }
    }

    @Test
    void aHeadThatIsTooLongIsAFailure() {
        with(
                peer -> peer.head(200, "content-type: text/event-stream", "x: " + "y".repeat(100_000)),
                turns -> turns.stream().awaitFailed(ModelFailure.Broken.class));
    }

    @Test
    void countsTheUsageOfAStreamThatBroke() {
        var taken = new Turns.Taken();
        FakeUpstream.Script script = peer -> {
            peer.streamHead().event(end(Answers.text("a"), ",\"usage\":" + Answers.USAGE + "}"));
            FakeUpstream.await(taken.begun);
            peer.reset();
        };
        with(FakeUpstream.answering(script), Turns.TIMEOUTS, turns -> {
            turns.start(true, Duration.ofSeconds(60), taken);
            taken.awaitFailed(ModelFailure.Broken.class);
            var ended = turns.awaitEnded();
            assertEquals(ExchangeTest.USAGE, ended.usage());
            assertEquals("pool", ended.outcome().nodepool());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"choice", "groq"})
    void readsUsageFromTheOddPlacesToo(String place) {
        var odd = Map.of(
                "choice",
                        "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\",\"usage\":" + Answers.USAGE
                                + "}]}",
                "groq",
                        "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"x_groq\":{\"usage\":"
                                + Answers.USAGE + "}}");
        with(Answers.streaming(Answers.text("a"), odd.get(place)), turns -> {
            assertEquals(new Usage(3, 2, 1, 1), turns.stream().awaitComplete());
        });
    }

    private interface Steps {
        void run(Turns turns) throws Exception;
    }

    private static void with(FakeUpstream.Script script, Steps steps) {
        with(FakeUpstream.answering(script), Turns.TIMEOUTS, steps);
    }

    private static void with(FakeUpstream fake, Timeouts timeouts, Steps steps) {
        try (fake;
                var turns = new Turns(timeouts, Turns.pool(0, true, fake), 10)) {
            steps.run(turns);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean settled() {
        try {
            Thread.sleep(100);
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String end(String event, String end) {
        return event.substring(0, event.length() - 1) + end;
    }

    private static String framed(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }
}
