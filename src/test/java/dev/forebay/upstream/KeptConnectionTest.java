package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Endpoint;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Servers that end a connection after an answer and do not say so, as llama.cpp does after each stream. */
class KeptConnectionTest {
    private static final FakeUpstream.Script CLOSING_STREAM = peer -> {
        Answers.streamingHello().play(peer);
        peer.close();
    };

    /** Its body ends with its last event, so that the connection is there for the next request. */
    private static final FakeUpstream.Script AT_ONCE = peer -> peer.whole(
            200, "text/event-stream", Answers.stream(Answers.hello(), "\n").getBytes(StandardCharsets.UTF_8));

    @Test
    void aRequestThatIsLostWithAKeptConnectionIsSentAgain() {
        try (var fake = FakeUpstream.answering(Answers.streamingHello())
                        .then(AT_ONCE)
                        .then(Answers.cut());
                var turns = Turns.over(fake)) {
            turns.stream().awaitComplete();
            turns.awaitEnded();
            turns.stream().awaitComplete();
            assertEquals(2, turns.awaitEnded().outcome().attempts());
            assertEquals(2, fake.connections());
            assertEquals(0, turns.inFlight());
        }
    }

    @Test
    void theSameGoesForAReset() {
        try (var fake = FakeUpstream.answering(Answers.json(Answers.completion("hello")))
                        .then(Answers.json(Answers.completion("hello")))
                        .then(Answers.reset());
                var turns = Turns.over(fake)) {
            turns.whole().awaitComplete();
            turns.whole().awaitComplete();
            assertEquals(3, fake.requests().size());
        }
    }

    @Test
    void aServerThatHasDoneSoGetsAConnectionForEachRequest() {
        try (var fake = FakeUpstream.answering(Answers.streamingHello())
                        .then(AT_ONCE)
                        .then(Answers.cut());
                var turns = Turns.over(fake)) {
            for (var i = 0; i < 4; i++) {
                turns.stream().awaitComplete();
            }
            assertNull(fake.requests().getFirst().header("connection"));
            assertEquals("close", fake.requests().getLast().header("connection"));
            assertEquals(4, fake.connections());
        }
    }

    @Test
    void allThatWaitForTheSlotOfSuchAServerAreServed() {
        try (var fake = FakeUpstream.answering(CLOSING_STREAM);
                var turns = new Turns(Turns.TIMEOUTS, Turns.pool(1, true, fake), 100)) {
            var taken = IntStream.range(0, 30)
                    .mapToObj(_ -> turns.start(true, Duration.ofSeconds(60), new Turns.Taken()))
                    .toList();
            taken.forEach(Turns.Taken::awaitComplete);
        }
    }

    @Test
    void itIsForgottenAfterAMinute() {
        var freshOnly = new FreshOnly();
        var replica = Endpoint.of(URI.create("http://127.0.0.1:1/v1"));
        var other = Endpoint.of(URI.create("http://127.0.0.1:2/v1"));
        freshOnly.add(replica, 5);
        assertTrue(freshOnly.contains(replica, Duration.ofSeconds(59).toNanos()));
        assertFalse(freshOnly.contains(other, 6));
        assertFalse(freshOnly.contains(replica, Duration.ofSeconds(61).toNanos()));
        assertFalse(freshOnly.contains(replica, 6));
    }

    @Test
    void itRemembersABoundedNumberOfServers() {
        var freshOnly = new FreshOnly();
        IntStream.rangeClosed(1, 1001)
                .mapToObj(port -> Endpoint.of(URI.create("http://127.0.0.1:" + port + "/v1")))
                .forEach(replica -> freshOnly.add(replica, 0));
        assertFalse(freshOnly.contains(Endpoint.of(URI.create("http://127.0.0.1:1/v1")), 1));
        assertTrue(freshOnly.contains(Endpoint.of(URI.create("http://127.0.0.1:1001/v1")), 1));
    }
}
