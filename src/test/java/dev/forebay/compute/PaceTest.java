package dev.forebay.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void restartsWaitTwiceAsLongEachTimeUpToAMinute() {
        var waits = IntStream.rangeClosed(1, 9)
                .mapToObj(Pace.DEFAULT::beforeRestart)
                .map(Duration::toSeconds)
                .toList();
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L), waits);
        assertEquals(60, Pace.DEFAULT.beforeRestart(Integer.MAX_VALUE).toSeconds());
    }

    @Test
    void probesGrowFromAFifthOfASecondToTwoSeconds() {
        var second = Pace.DEFAULT.afterProbe(Pace.DEFAULT.probe());
        assertEquals(400, second.toMillis());
        assertEquals(2000, Pace.DEFAULT.afterProbe(Duration.ofMillis(1600)).toMillis());
    }
}
