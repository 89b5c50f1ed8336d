package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.routing.Demand.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Demand demand = new Demand(2, 300);

    @Test
    void oneRequestAsksForAReplica() {
        assertEquals(List.of(1, 0), ceil(demand.needs(List.of(pool(4, 0, 5), closed(5)), 0, 1)));
    }

    @Test
    void nobodyAsksForNone() {
        assertEquals(List.of(0, 0), ceil(demand.needs(List.of(pool(4, 0, 5), closed(5)), 0, 0)));
    }

    @Test
    void whatIsInFlightFillsSeventyPercentOfTheSlots() {
        assertEquals(List.of(2.0, 0.0), demand.needs(List.of(pool(10, 2, 5), closed(5)), 14, 0));
    }

    @Test
    void whatArrivesTimesHowLongItIsServedIsTheLoad() {
        steady(14, Duration.ofSeconds(1), 120);

        var needs = demand.needs(List.of(pool(10, 2, 5), closed(5)), 0, 1);

        assertEquals(2.0, needs.getFirst(), 0.01);
    }

    @Test
    void aQueueIsToBeGoneInHalfAMinute() {
        steady(0, Duration.ofSeconds(3), 1);
        demand.served(0, Duration.ofSeconds(3));

        var needs = demand.needs(List.of(pool(10, 0, 50), closed(5)), 0, 700);

        assertEquals(700 * 3 / 30.0 / 7, needs.getFirst(), 0.01);
    }

    @Test
    void whatTheFirstCannotTakeIsAskedOfTheSecondIfItIsOpen() {
        assertEquals(List.of(2.0, 0.0), demand.needs(List.of(pool(10, 2, 2), closed(5)), 28, 0));
        assertEquals(List.of(2.0, 2.0), demand.needs(List.of(pool(10, 2, 2), pool(10, 0, 5)), 28, 0));
    }

    @Test
    void aSlowerNodepoolNeedsMore() {
        demand.served(0, Duration.ofSeconds(1));
        demand.served(1, Duration.ofSeconds(2));

        assertEquals(List.of(2.0, 4.0), demand.needs(List.of(pool(10, 2, 2), pool(10, 0, 5)), 28, 0));
    }

    @Test
    void withoutALimitOfSlotsOneReplicaTakesAll() {
        assertEquals(List.of(1.0, 0.0), demand.needs(List.of(pool(0, 1, 5), pool(0, 0, 5)), 1000, 0));
    }

    @Test
    void whoeverChoseANodepoolHasItStarted() {
        assertEquals(List.of(1, 1), ceil(demand.needs(List.of(pool(4, 0, 5), new Pool(4, 0, 5, false, 1)), 0, 1)));
    }

    @Test
    void aRateThatFadesAwayKeepsAllButTheLastReplica() {
        var pools = List.of(pool(10, 2, 5), closed(5));
        steady(14, Duration.ofSeconds(1), 120);
        demand.tick(START.plusSeconds(122));
        assertEquals(List.of(2, 0), ceil(demand.needs(pools, 0, 0)));

        for (var second = 123; second < 140; second++) {
            demand.tick(START.plusSeconds(second));
        }
        assertEquals(List.of(0, 0), ceil(demand.needs(pools, 0, 0)));
        assertEquals(List.of(1, 0), ceil(demand.needs(pools, 1, 0)));

        demand.arrived();
        assertEquals(List.of(1, 0), ceil(demand.needs(pools, 0, 0)));
    }

    private void steady(int perSecond, Duration served, int seconds) {
        for (var second = 0; second <= seconds; second++) {
            demand.tick(START.plusSeconds(second));
            for (var i = 0; i < perSecond; i++) {
                demand.arrived();
                demand.served(0, served);
            }
        }
        demand.tick(START.plusSeconds(seconds + 1));
    }

    private static Pool pool(int slots, int ready, int max) {
        return new Pool(slots, ready, max, true, 0);
    }

    private static Pool closed(int max) {
        return new Pool(4, 0, max, false, 0);
    }

    private static List<Integer> ceil(List<Double> needs) {
        return needs.stream().map(need -> (int) Math.ceil(need)).toList();
    }
}
