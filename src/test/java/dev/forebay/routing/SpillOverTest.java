package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.routing.SpillOver.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule to the letter, with the gate on and off: it has no say where no cold start is known. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class SpillOverTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration OLD = Duration.ofSeconds(1);
    private static final Duration YOUNG = Duration.ofMillis(999);
    private static final Pool FULL = new Pool(2, 0, 0, 8, true, Optional.empty(), Optional.empty(), Optional.empty());
    private static final Pool COLD = new Pool(0, 0, 0, 0, false, Optional.empty(), Optional.empty(), Optional.empty());

    private final Spillover rule;
    private final SpillOver spill;

    SpillOverTest(boolean etaGate) {
        var byDefault = Spillover.DEFAULT;
        rule = new Spillover(
                byDefault.mode(),
                byDefault.share(),
                byDefault.holdMs(),
                byDefault.queueAgeThresholdMs(),
                byDefault.queueAmountThreshold(),
                etaGate,
                byDefault.limitCounts(),
                byDefault.closeDelaySeconds());
        spill = new SpillOver(List.of("a", "b"), rule);
    }

    @Test
    void theSecondOpensWhenTheOldestHasWaitedAndNoReplicaIsToCome() {
        assertEquals(List.of(), spill.update(List.of(FULL, COLD), 1, YOUNG, START));
        assertFalse(spill.isOpen(1));

        var opened = spill.update(List.of(FULL, COLD), 1, OLD, START).getFirst();

        assertTrue(spill.isOpen(1));
        assertEquals("opened", opened.what());
        assertEquals(
                "a is fully loaded: the oldest of 1 queued requests has waited 1000 ms,"
                        + " and no further replica is to come",
                opened.why());
    }

    @Test
    void orWhenMoreAreQueuedThanItHasSlotsAndAtLeastEight() {
        spill.update(List.of(FULL, COLD), 7, YOUNG, START);
        assertFalse(spill.isOpen(1));

        spill.update(List.of(FULL, COLD), 8, YOUNG, START);
        assertTrue(spill.isOpen(1));
    }

    @Test
    void notWhileAReplicaMayStillCome() {
        var growing = new Pool(2, 0, 0, 8, false, Optional.empty(), Optional.empty(), Optional.empty());

        spill.update(List.of(growing, COLD), 100, OLD, START);

        assertFalse(spill.isOpen(1));
    }

    @Test
    void notWhileASlotIsFree() {
        var free = new Pool(2, 0, 1, 8, true, Optional.empty(), Optional.empty(), Optional.empty());

        spill.update(List.of(free, COLD), 100, OLD, START);

        assertFalse(spill.isOpen(1));
    }

    @Test
    void atOnceWhenTheFirstIsDown() {
        var down = new Pool(0, 0, 0, 0, false, Optional.of("no such file"), Optional.empty(), Optional.empty());

        spill.update(List.of(down, COLD), 0, Duration.ZERO, START);

        assertTrue(spill.isOpen(1));
    }

    @Test
    void closesWhenItHasServedNobodyForTheDelay() {
        spill.update(List.of(FULL, COLD), 8, YOUNG, START);
        spill.used(1, START.plusSeconds(10));
        var calm = new Pool(2, 0, 3, 8, true, Optional.empty(), Optional.empty(), Optional.empty());

        assertEquals(List.of(), spill.update(List.of(calm, COLD), 0, Duration.ZERO, START.plusSeconds(309)));
        var closed = spill.update(List.of(calm, COLD), 0, Duration.ZERO, START.plusSeconds(310));

        assertEquals("closed", closed.getFirst().what());
        assertFalse(spill.isOpen(1));
    }

    @Test
    void aThirdOpensOnlyAfterTheSecond() {
        var three = new SpillOver(List.of("a", "b", "c"), rule);

        three.update(List.of(FULL, COLD, COLD), 9, OLD, START);
        assertEquals(2, three.openCount());
        three.update(List.of(FULL, FULL, COLD), 9, OLD, START);
        assertEquals(3, three.openCount());
    }
}
