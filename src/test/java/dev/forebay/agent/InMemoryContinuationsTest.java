package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.access.Caller;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InMemoryContinuationsTest {
    private Instant now = Instant.EPOCH;

    @Test
    void findsATurnByEachOfItsCallsAsOftenAsItIsAskedFor() {
        var kept = keeping(10, 1000);
        kept.park(Agents.ANN, Set.of("a", "b"), "turn");
        assertEquals(Optional.of("turn"), kept.find(Agents.ANN, "a"));
        assertEquals(Optional.of("turn"), kept.find(Agents.ANN, "b"));
        assertEquals(Optional.of("turn"), kept.find(Agents.ANN, "a"));
        assertEquals(Optional.empty(), kept.find(Agents.ANN, "c"));
    }

    @Test
    void findsNothingForAnotherKeyOrUser() {
        var kept = keeping(10, 1000);
        kept.park(Agents.ANN, Set.of("a"), "turn");
        assertEquals(Optional.empty(), kept.find(Agents.BOB, "a"));
        assertEquals(Optional.empty(), kept.find(new Caller("key_ann", "bob", Set.of()), "a"));
        assertEquals(Optional.empty(), kept.find(new Caller("key_ann2", "ann", Set.of()), "a"));
    }

    @Test
    void forgetsWhatWasNotUsedForAnHour() {
        var kept = keeping(10, 1000);
        kept.park(Agents.ANN, Set.of("a"), "turn");
        now = now.plusSeconds(3599);
        assertEquals(Optional.of("turn"), kept.find(Agents.ANN, "a"));
        now = now.plusSeconds(3599);
        assertEquals(Optional.of("turn"), kept.find(Agents.ANN, "a"));
        now = now.plusSeconds(3600);
        assertEquals(Optional.empty(), kept.find(Agents.ANN, "a"));
    }

    @Test
    void forgetsTheTurnUsedLongestAgoWhenThereAreTooMany() {
        var kept = keeping(2, 1000);
        kept.park(Agents.ANN, Set.of("a"), "1");
        kept.park(Agents.ANN, Set.of("b"), "2");
        kept.find(Agents.ANN, "a");
        kept.park(Agents.ANN, Set.of("c"), "3");
        assertEquals(Optional.empty(), kept.find(Agents.ANN, "b"));
        assertEquals(Optional.of("1"), kept.find(Agents.ANN, "a"));
        assertEquals(Optional.of("3"), kept.find(Agents.ANN, "c"));
    }

    @Test
    void keepsToItsBytes() {
        var kept = keeping(100, 100);
        kept.park(Agents.ANN, Set.of("a"), "x".repeat(30));
        kept.park(Agents.ANN, Set.of("b"), "x".repeat(30));
        assertEquals(Optional.empty(), kept.find(Agents.ANN, "a"));
        kept.park(Agents.ANN, Set.of("c"), "x".repeat(51));
        assertEquals(Optional.empty(), kept.find(Agents.ANN, "c"));
        assertEquals(Optional.of("x".repeat(30)), kept.find(Agents.ANN, "b"));
    }

    @Test
    void replacesATurnThatIsParkedAgain() {
        var kept = keeping(100, 100);
        for (var i = 0; i < 50; i++) {
            kept.park(Agents.ANN, Set.of("a", "b"), "x".repeat(40));
        }
        kept.park(Agents.ANN, Set.of("a"), "new");
        assertEquals(Optional.of("new"), kept.find(Agents.ANN, "a"));
        assertEquals(Optional.empty(), kept.find(Agents.ANN, "b"));
    }

    private InMemoryContinuations keeping(int turns, long bytes) {
        return new InMemoryContinuations(new ContinuationLimits(turns, bytes, 3600), () -> now);
    }
}
