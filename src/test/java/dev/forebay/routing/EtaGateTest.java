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

class EtaGateTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration OLD = Duration.ofSeconds(1);
    private static final Pool COLD = new Pool(0, 0, 0, 0, false, Optional.empty(), Optional.empty(), Optional.empty());
    private static final Pool STARTING = new Pool(
            0,
            2,
            0,
            0,
            true,
            Optional.empty(),
            Optional.of(START.plusSeconds(20)),
            Optional.of(Duration.ofSeconds(30)));

    private final SpillOver spill = new SpillOver(List.of("a", "b"), Spillover.DEFAULT);

    @Test
    void isHeldBackWhileAReplicaThatStartsWillBeThereSooner() {
        var slow = new Pool(0, 0, 0, 0, false, Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(60)));

        var held = spill.update(List.of(STARTING, slow), 9, OLD, START).getFirst();

        assertEquals("held back", held.what());
        assertEquals(Optional.of(START.plusSeconds(20)), held.until());
        assertFalse(spill.isOpen(1));
        assertEquals(List.of(), spill.update(List.of(STARTING, slow), 9, OLD, START.plusSeconds(1)), "said once");
        spill.update(List.of(STARTING, slow), 9, OLD, START.plusSeconds(20));
        assertTrue(spill.isOpen(1), "one that should be there by now is no reason to wait");
    }

    @Test
    void isNotHeldBackWhileItsColdStartIsUnknown() {
        spill.update(List.of(STARTING, COLD), 9, OLD, START);

        assertTrue(spill.isOpen(1), "the rule to the letter");
    }

    @Test
    void holdsNothingBackWhereItIsOff() {
        var off = new SpillOver(
                List.of("a", "b"),
                new Spillover(
                        Spillover.Mode.OVERFLOW,
                        0.2,
                        0,
                        1000,
                        Spillover.Amount.AUTO,
                        false,
                        Spillover.LimitCounts.DESIRED,
                        300));
        var slow = new Pool(0, 0, 0, 0, false, Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(60)));

        off.update(List.of(STARTING, slow), 9, OLD, START);

        assertTrue(off.isOpen(1));
    }

    @Test
    void isNotHeldBackWhenItIsWarm() {
        var starting = new Pool(
                0,
                2,
                0,
                0,
                true,
                Optional.empty(),
                Optional.of(START.plusSeconds(1)),
                Optional.of(Duration.ofSeconds(30)));
        var warm = new Pool(1, 0, 4, 4, false, Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(60)));

        spill.update(List.of(starting, warm), 9, OLD, START);

        assertTrue(spill.isOpen(1));
    }
}
