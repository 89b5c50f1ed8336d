package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Pacing pacing = new Pacing(Autoscales.of(0, 10));
    private int second;

    @Test
    void theFirstReplicaComesAtOnce() {
        assertEquals(2, pacing.follow(2, false, START));
    }

    @Test
    void aBurstIsFollowedAtOnce() {
        each(1, 1, false);

        assertEquals(7, pacing.follow(7, true, at()));
    }

    @Test
    void aNeedIsFollowedAfterTheUpDelayAsFarAsItLasted() {
        each(1, 1, false);

        assertEquals(1, each(10, 5, false));
        assertEquals(1, each(10, 3, false));
        assertEquals(1, each(10, 8, false));
        assertEquals(3, each(1, 8, false), "three were needed all the time");
    }

    @Test
    void aNeedThatFellInBetweenBeginsAnew() {
        each(1, 1, false);
        each(29, 5, false);
        each(1, 1, false);

        assertEquals(1, each(30, 5, false));
        assertEquals(5, each(1, 5, false));
    }

    @Test
    void goesDownToTheHighestNeedOfTheDownDelay() {
        each(1, 9, false);
        each(100, 2, false);
        each(1, 4, false);

        assertEquals(9, each(198, 1, false));
        assertEquals(4, each(1, 1, false), "nine were needed until 300 s ago");
        assertEquals(4, each(99, 1, false));
        assertEquals(1, each(2, 1, false));
    }

    @Test
    void theLastOneGoesAfterTheDelayToZeroOnly() {
        each(1, 3, false);

        assertEquals(3, each(299, 0, false));
        assertEquals(1, each(1, 0, false), "never from more than one to zero");
        assertEquals(1, each(1499, 0, false));
        assertEquals(0, each(1, 0, false));
    }

    private int each(int seconds, int need, boolean burst) {
        var desired = 0;
        for (var i = 0; i < seconds; i++) {
            desired = pacing.follow(need, burst, at());
            second++;
        }
        return desired;
    }

    private Instant at() {
        return START.plusSeconds(second);
    }
}
