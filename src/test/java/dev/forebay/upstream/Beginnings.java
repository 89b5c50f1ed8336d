package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.chat.ModelFailure;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Answers of which only the beginning comes; then the connection is closed or reset, or nothing more is sent. */
final class Beginnings {
    static final Timeouts QUICK = new Timeouts(5, 1, 1, 60, 4, 3, 100);

    private Beginnings() {}

    /** Each of them with a reset and with a close, for {@link #broken}. */
    static Stream<Arguments> inBothWays(List<String> beginnings) {
        return beginnings.stream().flatMap(text -> Stream.of(Arguments.of(text, true), Arguments.of(text, false)));
    }

    static FakeUpstream.Script broken(String beginning, boolean reset) {
        return peer -> {
            peer.raw(beginning);
            Thread.sleep(20); // a reset overtakes what was not read yet
            if (reset) {
                peer.reset();
            } else {
                peer.close();
            }
        };
    }

    /** Holds that the turn is given up and its connection ended wherever its answer stalls. */
    static void assertTimedOut(List<String> beginnings, Function<Turns, Turns.Taken> ask) {
        var fake = FakeUpstream.start();
        beginnings.forEach(beginning -> fake.then(peer -> {
            peer.raw(beginning);
            peer.stall();
        }));
        try (fake;
                var turns = new Turns(QUICK, Turns.pool(0, true, fake), 10)) {
            var all = beginnings.stream().map(_ -> ask.apply(turns)).toList();
            for (var taken : all) {
                taken.awaitFailed(ModelFailure.TimedOut.class);
                fake.awaitRequest().awaitGone();
                assertEquals("timeout", turns.awaitEnded().outcome().error());
            }
            assertEquals(beginnings.size(), fake.requests().size());
        }
    }
}
