package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.RouteTaken;
import dev.forebay.compute.Failover;
import dev.forebay.compute.Nodepool;
import dev.forebay.routing.LiveReplica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What turns do about replicas that cannot serve them; the numbers T9 to T20 are those of routing's specification. */
class FailoverTest {
    private static final String NO = "{\"error\":{\"message\":\"busy\"}}";

    /** T10. */
    @ParameterizedTest
    @ValueSource(ints = {409, 429, 502, 503, 504})
    void eachTryGoesToAnotherReplica(int status) {
        var busy = Answers.refusal(status, NO);
        try (var a = FakeUpstream.answering(busy);
                var b = FakeUpstream.answering(busy);
                var c = FakeUpstream.answering(busy);
                var turns = Turns.over(a, b, c)) {
            turns.whole().awaitFailed(ModelFailure.Refused.class);
            assertEquals(List.of(1, 1, 1), asked(a, b, c));
        }
    }

    /** T14. */
    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aReplicaThatAsksToBeLeftAloneIsLeftAlone(int status) {
        try (var a = FakeUpstream.answering(Answers.refusal(status, NO, "retry-after: 30"));
                var b = FakeUpstream.answering(Answers.streamingHello());
                var turns = Turns.over(a, b)) {
            for (var i = 0; i < 12; i++) {
                turns.stream().awaitComplete();
            }
            assertEquals(1, a.requests().size());
            assertEquals(12, b.requests().size());
            var paused = replicas(turns).getFirst();
            assertTrue(
                    paused.reason().orElse("").startsWith("its server asked for no request before"), paused::toString);
        }
    }

    @Test
    void withoutRetryAfterOrWithoutItsLimitItIsOnlyPassedOver() {
        for (var headers : List.of(new String[] {}, new String[] {"retry-after: 30"})) {
            try (var a = FakeUpstream.answering(Answers.refusal(429, NO, headers));
                    var turns = new Turns(Turns.TIMEOUTS, pool(headers.length == 0 ? 30 : 0, 0, a), 10)) {
                for (var i = 0; i < 3; i++) {
                    turns.stream().awaitFailed(ModelFailure.Refused.class);
                }
                assertEquals(3, a.requests().size());
            }
        }
    }

    /** T12: they wait for the first that comes back instead of failing. */
    @Test
    void whileAllReplicasAreLeftAloneRequestsWait() {
        try (var a = FakeUpstream.start()
                        .then(Answers.refusal(429, NO, "retry-after: 1"))
                        .otherwise(Answers.streamingHello());
                var b = FakeUpstream.start()
                        .then(Answers.refusal(503, NO, "retry-after: 30"))
                        .otherwise(Answers.streamingHello());
                var turns = Turns.over(a, b)) {
            turns.stream().awaitFailed(ModelFailure.Refused.class);
            turns.awaitEnded();
            turns.stream().awaitComplete();
            var outcome = turns.awaitEnded().outcome();
            assertEquals(1, outcome.attempts());
            assertTrue(outcome.queued().compareTo(Duration.ZERO) > 0);
            assertEquals(List.of(2, 1), asked(a, b));
        }
    }

    /** T12: two connections broken eject a replica, but never the last one, which is tried again and again. */
    @Test
    void theLastReplicaIsTriedAlthoughItFails() {
        try (var broken = FakeUpstream.answering(Answers.reset());
                var failing = FakeUpstream.answering(Answers.refusal(500, NO));
                var turns = Turns.over(broken, failing)) {
            for (var i = 0; i < 10; i++) {
                turns.stream().awaitFailed(ModelFailure.Refused.class);
            }
            assertEquals(List.of(2, 10), asked(broken, failing));
            failing.otherwise(Answers.streamingHello());
            turns.stream().awaitComplete();
        }
    }

    /** T9. */
    @Test
    void whateverEndsATurnItsSlotIsFreeAgain() {
        var ways = List.<FakeUpstream.Script>of(
                Answers.streamingHello(),
                Answers.reset(),
                Answers.cut(),
                Answers.refusal(400, NO),
                Answers.refusal(429, NO),
                Answers.refusal(500, NO),
                Answers.refusal(503, NO, "retry-after: 0"),
                Answers.streaming("no json"),
                Answers.json("[]"),
                peer -> peer.streamHead().event(Answers.text("hel")).close(),
                peer -> peer.streamHead().event(Answers.text("hel")).reset());
        try (var a = FakeUpstream.start();
                var b = FakeUpstream.start();
                var turns = new Turns(Turns.TIMEOUTS, pool(0, 2, a, b), 10)) {
            for (var way : ways) {
                a.otherwise(way);
                b.otherwise(way);
                var both = List.of(turns.stream(), turns.whole());
                both.forEach(taken -> turns.awaitEnded());
                assertEquals(0, turns.inFlight());
            }
            a.otherwise(Answers.silence());
            b.otherwise(Answers.silence());
            var leaving = Stream.generate(turns::stream).limit(6).toList(); // two of them in the queue
            leaving.forEach(turns::cancel);
            leaving.forEach(_ -> turns.awaitEnded());
            assertEquals(0, turns.inFlight());
            assertEquals(0, turns.live().queued());
            assertTrue(replicas(turns).stream().allMatch(replica -> replica.inFlight() == 0));
        }
    }

    /** T19: what may have begun to work on a request for long does not get it twice. */
    @Test
    void aRequestIsSentOnceWhereAnAnswerHasBegunOrTakesTooLong() {
        var timeouts = new Timeouts(5, 1, 20, 60, 4, 3, 100);
        try (var a = FakeUpstream.answering(Answers.silence());
                var b = FakeUpstream.answering(Answers.silence());
                var turns = new Turns(timeouts, pool(0, 0, a, b), 10)) {
            turns.whole().awaitFailed(ModelFailure.TimedOut.class);
            assertEquals(1, asked(a, b).stream().mapToInt(n -> n).sum());
            a.otherwise(peer -> peer.streamHead().event(Answers.text("hel")).reset());
            b.otherwise(peer -> peer.streamHead().event(Answers.text("hel")).reset());
            turns.stream().awaitFailed(ModelFailure.Broken.class);
            assertEquals(2, asked(a, b).stream().mapToInt(n -> n).sum());
        }
    }

    /** T20. */
    @Test
    void twoReplicasServeTwoRequestsAtOnce() {
        var both = new CountDownLatch(2);
        FakeUpstream.Script meeting = peer -> {
            both.countDown();
            both.await();
            Answers.streamingHello().play(peer);
        };
        try (var a = FakeUpstream.answering(meeting);
                var b = FakeUpstream.answering(meeting);
                var turns = new Turns(Turns.TIMEOUTS, pool(0, 1, a, b), 10)) {
            var taken = List.of(turns.stream(), turns.stream());
            taken.forEach(Turns.Taken::awaitComplete);
            assertEquals(List.of(1, 1), asked(a, b));
        }
    }

    @Test
    void aServerWithoutSlotsIsSentLessOnceItRefuses() {
        try (var a = FakeUpstream.answering(Answers.refusal(429, NO));
                var turns = new Turns(Turns.TIMEOUTS, adaptive(a), 10)) {
            assertEquals(64, replicas(turns).getFirst().limit());
            turns.stream().awaitFailed(ModelFailure.Refused.class);
            assertEquals(44, replicas(turns).getFirst().limit());
        }
    }

    @Test
    void aTurnTellsEachReplicaThatItTries() {
        try (var a = FakeUpstream.answering(Answers.refusal(429, NO));
                var b = FakeUpstream.answering(Answers.refusal(429, NO));
                var turns = Turns.over(a, b)) {
            var told = new ArrayList<String>();
            var taken = new Turns.Taken() {
                @Override
                public void routed(RouteTaken route) {
                    told.add(String.valueOf(route.replica()));
                }
            };
            turns.start(true, Duration.ofSeconds(60), taken).awaitFailed(ModelFailure.Refused.class);
            assertEquals(2, told.size());
            assertEquals(new HashSet<>(List.of("pool/0", "pool/1")), new HashSet<>(told));
        }
    }

    private static List<Integer> asked(FakeUpstream... replicas) {
        return Stream.of(replicas).map(replica -> replica.requests().size()).toList();
    }

    private static List<LiveReplica> replicas(Turns turns) {
        return turns.router.replicas();
    }

    private static Nodepool adaptive(FakeUpstream replica) {
        return pool(0, 64, 0, replica);
    }

    private static Nodepool pool(int retryAfterSecondsMax, int slots, FakeUpstream... replicas) {
        return pool(retryAfterSecondsMax, 0, slots, replicas);
    }

    private static Nodepool pool(int retryAfterSecondsMax, int maxConcurrency, int slots, FakeUpstream... replicas) {
        return new Nodepool(
                "pool",
                Stream.of(replicas).map(FakeUpstream::baseUrl).toList(),
                List.of(),
                Map.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                true,
                slots,
                maxConcurrency,
                OptionalInt.empty(),
                Optional.empty(),
                60,
                OptionalInt.empty(),
                new Failover(5, 2, 30, 300, 0.5, retryAfterSecondsMax),
                Optional.empty(),
                List.of(),
                1,
                10,
                Optional.empty(),
                true,
                List.of());
    }
}
