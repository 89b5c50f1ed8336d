package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Usage;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A turn that goes well, and where it goes when it does not: leases, retries, cancellation, the observer. */
class ExchangeTest {
    static final Usage USAGE = new Usage(3, 2, 1, 1);

    @Test
    void handsOverEachEventOfAStreamAndItsUsage() {
        try (var fake = FakeUpstream.answering(Answers.streamingHello());
                var turns = Turns.over(fake)) {
            var taken = turns.stream();
            assertEquals(USAGE, taken.awaitComplete());
            assertEquals(Answers.hello(), taken.events);
            assertEquals(Receiver.Kind.USAGE, taken.kinds.getLast());
            assertEquals(Receiver.Kind.ANSWER, taken.kinds.get(2));
        }
    }

    @Test
    void settlesATurnOnce() {
        try (var fake = FakeUpstream.answering(Answers.streamingHello());
                var turns = Turns.over(fake)) {
            turns.stream().awaitComplete();
            var ended = turns.awaitEnded();
            assertNull(ended.outcome().error());
            assertEquals(USAGE, ended.usage());
            assertEquals(1, ended.outcome().attempts());
            assertEquals("pool", ended.outcome().nodepool());
            assertTrue(ended.outcome().firstChunk().compareTo(ended.outcome().took()) <= 0);
            assertEquals(1, turns.admitted);
            assertEquals(0, turns.inFlight());
            assertTrue(turns.ended.isEmpty());
        }
    }

    @Test
    void sendsTheReplicasNameAndKeyAndNothingElse() {
        try (var fake = FakeUpstream.answering(Answers.streamingHello());
                var turns = Turns.over(fake)) {
            turns.stream().awaitComplete();
            var request = fake.awaitRequest();
            assertEquals("POST /v1/chat/completions HTTP/1.1", request.line());
            assertEquals("{\"model\":\"theirs\",\"u\":true}", request.text());
            assertEquals("Bearer pool-key", request.header("authorization"));
            assertEquals("application/json", request.header("content-type"));
            assertEquals("text/event-stream", request.header("accept"));
            assertEquals("identity", request.header("accept-encoding"));
            assertEquals("req", request.header("x-request-id"));
            assertEquals(8, request.head().size(), request.head().toString());
        }
    }

    @Test
    void givesAWholeAnswerTheNameThatTheClientAskedFor() {
        try (var fake = FakeUpstream.answering(Answers.json(Answers.completion("hello")));
                var turns = Turns.over(fake)) {
            var taken = turns.whole();
            assertEquals(USAGE, taken.awaitComplete());
            assertEquals(Answers.completion("hello").replace("\"theirs\"", "\"shown\""), taken.answer.toString());
            assertEquals(1, taken.pieces);
            assertEquals("application/json", taken.contentType);
        }
    }

    @Test
    void keepsAConnectionForTheNextTurn() {
        try (var fake = FakeUpstream.answering(Answers.streamingHello())
                        .then(Answers.refusal(400, "{}"))
                        .then(Answers.json(Answers.completion("hello")));
                var turns = Turns.over(fake)) {
            turns.stream().awaitFailed(ModelFailure.Refused.class);
            turns.whole().awaitComplete();
            turns.stream().awaitComplete();
            turns.stream().awaitComplete();
            assertEquals(1, fake.connections());
        }
    }

    @Test
    void triesAnotherReplicaWhenOneCannotBeReached() {
        try (var dead = FakeUpstream.start();
                var alive = FakeUpstream.answering(Answers.streamingHello())) {
            dead.kill();
            try (var turns = Turns.over(dead, alive)) {
                turns.stream().awaitComplete();
                assertEquals(2, turns.awaitEnded().outcome().attempts());
                assertEquals(0, turns.inFlight());
            }
        }
    }

    @Test
    void triesTheOnlyReplicaAgainIfNothingWasSent() {
        try (var dead = FakeUpstream.start()) {
            dead.kill();
            try (var turns = Turns.over(dead)) {
                var failure = turns.stream().awaitFailed(ModelFailure.Broken.class);
                assertTrue(failure.getMessage().contains("is it running?"), failure.getMessage());
                var outcome = turns.awaitEnded().outcome();
                assertEquals(3, outcome.attempts());
                assertEquals("upstream_unreachable", outcome.error());
            }
        }
    }

    @Test
    void neverSendsTwiceToTheOnlyReplica() {
        try (var fake = FakeUpstream.answering(Answers.reset());
                var turns = Turns.over(fake)) {
            turns.stream().awaitFailed(ModelFailure.Broken.class);
            assertEquals(1, fake.requests().size());
            assertEquals("upstream_cut", turns.awaitEnded().outcome().error());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 429, 502, 503, 504})
    void triesThreeReplicasWhenTheyCannotServe(int status) {
        var busy = Answers.refusal(status, "{\"error\":{\"message\":\"busy\"}}", "retry-after: 7");
        try (var a = FakeUpstream.answering(busy);
                var b = FakeUpstream.answering(busy);
                var c = FakeUpstream.answering(busy);
                var d = FakeUpstream.answering(busy);
                var turns = Turns.over(a, b, c, d)) {
            var failure = turns.stream().awaitFailed(ModelFailure.Refused.class);
            assertEquals(status, failure.status());
            assertEquals(Duration.ofSeconds(7), failure.retry().after().orElseThrow());
            assertEquals(3, requests(a, b, c, d));
            assertEquals(3, turns.awaitEnded().outcome().attempts());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 422, 500, 501, 505})
    void passesOnWhatAnotherReplicaWouldSayToo(int status) {
        var refusal = Answers.refusal(status, "{\"error\":{\"message\":\"no\"}}");
        try (var a = FakeUpstream.answering(refusal);
                var b = FakeUpstream.answering(refusal);
                var turns = Turns.over(a, b)) {
            var failure = turns.whole().awaitFailed(ModelFailure.Refused.class);
            assertEquals(status, failure.status());
            assertEquals("{\"error\":{\"message\":\"no\"}}", failure.body());
            assertEquals(1, requests(a, b));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 429, 502, 503, 504})
    void anotherReplicaServesAfterARefusal(int status) {
        try (var a = FakeUpstream.answering(Answers.refusal(status, "{}"));
                var b = FakeUpstream.answering(Answers.streamingHello());
                var turns = Turns.over(a, b)) {
            for (var i = 0; i < 3; i++) {
                assertEquals("hello", served(turns.stream()));
            }
        }
    }

    @Test
    void isNotTriedAgainOnceAnEventHasBeenHandedOver() {
        FakeUpstream.Script breaking = peer -> {
            peer.streamHead().event(Answers.text("hel"));
            peer.reset();
        };
        try (var a = FakeUpstream.answering(breaking);
                var b = FakeUpstream.answering(breaking);
                var turns = Turns.over(a, b)) {
            var taken = turns.stream();
            taken.awaitFailed(ModelFailure.Broken.class);
            assertEquals("hel", taken.text());
            assertEquals(1, requests(a, b));
            assertEquals("upstream_cut", turns.awaitEnded().outcome().error());
        }
    }

    @Test
    void aHeldAnswerThatIsCutIsTriedAgainOnce() {
        FakeUpstream.Script breaking = peer -> {
            peer.head(200, "content-type: application/json", "content-length: 1000")
                    .raw("{\"choices\":[");
            peer.close();
        };
        try (var a = FakeUpstream.answering(breaking);
                var b = FakeUpstream.answering(breaking);
                var c = FakeUpstream.answering(breaking);
                var turns = Turns.over(a, b, c)) {
            var taken = turns.whole();
            taken.awaitFailed(ModelFailure.Broken.class);
            assertEquals(2, requests(a, b, c));
            assertEquals(0, taken.pieces);
        }
    }

    @Test
    void anotherReplicaAnswersAfterAHeldAnswerWasCut() {
        FakeUpstream.Script breaking = peer -> {
            peer.head(200, "content-type: application/json", "content-length: 1000")
                    .raw("{\"choices\":[");
            peer.close();
        };
        try (var a = FakeUpstream.answering(breaking);
                var b = FakeUpstream.answering(Answers.json(Answers.completion("hello")));
                var turns = Turns.over(a, b)) {
            turns.whole().awaitComplete();
            assertEquals(1, a.requests().size());
            assertEquals(2, turns.awaitEnded().outcome().attempts());
        }
    }

    @Test
    void cancellingResetsTheConnectionAndFreesTheSlot() {
        try (var fake = FakeUpstream.answering(peer -> {
                    peer.streamHead().event(Answers.text("hel"));
                    peer.stall();
                });
                var turns = Turns.over(fake)) {
            var taken = turns.stream();
            FakeUpstream.await(taken.begun);
            turns.cancel(taken);
            fake.awaitRequest().awaitGone();
            assertEquals("client_gone", turns.awaitEnded().outcome().error());
            assertEquals(0, turns.inFlight());
            assertTrue(taken.exchange.isEnded());
            assertFalse(taken.complete.isDone() || taken.failed.isDone());
        }
    }

    @Test
    void cancellingBeforeTheHeadResetsTheConnection() {
        try (var fake = FakeUpstream.answering(Answers.silence());
                var turns = Turns.over(fake)) {
            var taken = turns.whole();
            var request = fake.awaitRequest();
            turns.cancel(taken);
            request.awaitGone();
            turns.cancel(taken);
            assertEquals("client_gone", turns.awaitEnded().outcome().error());
            assertTrue(turns.ended.isEmpty());
        }
    }

    @Test
    void cancellingWhileTheRequestIsStillWrittenEndsTheConnection() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var turns = new Turns(
                        Turns.TIMEOUTS,
                        Turns.pool(0, true, List.of(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1"))),
                        10)) {
            var length = 50_000_000;
            var large = Buffer.buffer(new byte[length]);
            var taken = turns.start(true, Duration.ofSeconds(60), new Turns.Taken(), (_, _) -> large);
            try (var socket = server.accept()) {
                assertTrue(socket.getInputStream().read() >= 0);
                turns.cancel(taken);
                // It ends without the rest of the body, though this server reads only now.
                assertTrue(socket.getInputStream().readAllBytes().length < length);
            }
        }
    }

    @Test
    void cancellingInTheQueueLeavesIt() {
        try (var fake = FakeUpstream.answering(Answers.silence());
                var turns = new Turns(Turns.TIMEOUTS, Turns.pool(1, true, fake), 10)) {
            var first = turns.stream();
            fake.awaitRequest();
            var second = turns.stream();
            assertEquals(1, turns.live().queued());
            turns.cancel(second);
            assertEquals(0, turns.live().queued());
            var outcome = turns.awaitEnded().outcome();
            assertEquals(0, outcome.attempts());
            assertNull(outcome.nodepool());
            turns.cancel(first);
            assertEquals(1, fake.requests().size());
        }
    }

    @Test
    void aLeaseThatComesAfterCancellingIsGivenBack() {
        try (var fake = FakeUpstream.answering(Answers.silence());
                var turns = new Turns(Turns.TIMEOUTS, Turns.pool(1, true, fake), 10)) {
            var first = turns.stream();
            fake.awaitRequest();
            var second = turns.stream();
            turns.onLoop(() -> {
                first.exchange.cancel(); // grants the slot to the second, which hears of it after this
                second.exchange.cancel();
                return null;
            });
            Turns.until(() -> turns.inFlight() == 0);
            assertEquals(1, fake.requests().size());
        }
    }

    @Test
    void aFullQueueRefusesAtOnce() {
        try (var fake = FakeUpstream.answering(Answers.silence());
                var turns = new Turns(Turns.TIMEOUTS, Turns.pool(1, true, fake), 0)) {
            var first = turns.stream();
            fake.awaitRequest();
            var refused = turns.stream();
            refused.awaitFailed(ModelFailure.Overloaded.class);
            assertEquals("overloaded", turns.awaitEnded().outcome().error());
            turns.cancel(first);
        }
    }

    @Test
    void theDeadlineCountsInTheQueueToo() {
        try (var fake = FakeUpstream.answering(Answers.silence());
                var turns = new Turns(Turns.TIMEOUTS, Turns.pool(1, true, fake), 10)) {
            var first = turns.stream();
            fake.awaitRequest();
            var late = turns.start(true, Duration.ofMillis(300), new Turns.Taken());
            FakeUpstream.await(late.failed);
            assertEquals(0, turns.live().queued());
            turns.cancel(first);
        }
    }

    @Test
    void theDeadlineEndsAStreamThatGoesOn() {
        try (var fake = FakeUpstream.answering(peer -> {
                    peer.streamHead();
                    while (true) {
                        peer.event(Answers.text("a"));
                        Thread.sleep(20);
                    }
                });
                var turns = Turns.over(fake)) {
            var taken = turns.start(true, Duration.ofMillis(500), new Turns.Taken());
            taken.awaitFailed(ModelFailure.TimedOut.class);
            fake.awaitRequest().awaitGone();
            assertEquals("timeout", turns.awaitEnded().outcome().error());
        }
    }

    @Test
    void aRefusedAdmissionNeverReachesAReplica() {
        try (var fake = FakeUpstream.answering(Answers.streamingHello());
                var turns = Turns.over(fake)) {
            turns.refusal = new ModelFailure.Overloaded("no credit", Duration.ofSeconds(1));
            turns.stream().awaitFailed(ModelFailure.Overloaded.class);
            assertEquals(0, fake.connections());
            assertTrue(turns.ended.isEmpty());
        }
    }

    @Test
    void aReceiverThatThrowsEndsTheTurnAsFailed() {
        try (var fake = FakeUpstream.answering(peer -> {
                    peer.streamHead().event(Answers.text("hel"));
                    peer.stall();
                });
                var turns = Turns.over(fake)) {
            var taken = new Turns.Taken();
            taken.onEvent = _ -> {
                throw new IllegalStateException("a mistake");
            };
            turns.start(true, Duration.ofSeconds(60), taken);
            taken.awaitFailed(ModelFailure.Broken.class);
            fake.awaitRequest().awaitGone();
            assertEquals("internal", turns.awaitEnded().outcome().error());
            assertEquals(0, turns.inFlight());
            assertTrue(turns.ended.isEmpty());
        }
    }

    @Test
    void aBodyThatCannotBeMadeEndsTheTurnAsFailed() {
        try (var fake = FakeUpstream.answering(Answers.streamingHello());
                var turns = Turns.over(fake)) {
            var taken = turns.start(true, Duration.ofSeconds(60), new Turns.Taken(), (_, _) -> {
                throw new IllegalStateException("a mistake");
            });
            taken.awaitFailed(ModelFailure.Broken.class);
            assertEquals("internal", turns.awaitEnded().outcome().error());
            assertEquals(0, turns.inFlight());
        }
    }

    @Test
    void anUnreachableAddressIsToldAsSuch() {
        try (var turns = new Turns(
                Turns.TIMEOUTS, Turns.pool(0, true, List.of(URI.create("http://no-such-host.invalid:1/v1"))), 10)) {
            turns.stream().awaitFailed(ModelFailure.Broken.class);
            assertEquals("upstream_unreachable", turns.awaitEnded().outcome().error());
        }
    }

    private static String served(Turns.Taken taken) {
        taken.awaitComplete();
        return taken.text();
    }

    private static int requests(FakeUpstream... fakes) {
        return List.of(fakes).stream().mapToInt(f -> f.requests().size()).sum();
    }
}
