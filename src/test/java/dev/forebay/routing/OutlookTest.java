package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.ModelFailure;
import dev.forebay.compute.Failover;
import dev.forebay.compute.Replica;
import dev.forebay.routing.LiveNodepool.Admission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of the next request is what happens to it. */
class OutlookTest {
    private static final List<String> NODEPOOLS = List.of("a", "b", "c");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<Lease> held = new ArrayList<>();
    private int refused;

    private Router router(Spillover spillover) {
        return new Router(
                List.of(new Deployment(
                        "m",
                        NODEPOOLS.stream().map(Deployment.Place::on).toList(),
                        Optional.empty(),
                        spillover,
                        new Deployment.Queue(20, 1 << 20, Duration.ofSeconds(5), Duration.ofSeconds(5)),
                        true)),
                NODEPOOLS.stream()
                        .map(id -> new Capacity(id, 2, 2, false, 2, Failover.DEFAULT))
                        .toList(),
                () -> now,
                new SplittableRandom(1));
    }

    private void ask(Router router) {
        router.lease(new LeaseRequest("m", Set.of(), now.plusSeconds(60)), new Waiter() {
            @Override
            public void granted(Lease lease) {
                held.add(lease);
            }

            @Override
            public void refused(ModelFailure failure) {
                refused++;
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Spillover.Mode.class)
    void whatIsSaidOfTheNextRequestIsWhatHappensToIt(Spillover.Mode mode) {
        var rule = new Spillover(mode, 0.3, 500, 400, Spillover.Amount.AUTO, true, Spillover.LimitCounts.DESIRED, 3);
        var router = router(rule);
        var random = new SplittableRandom(7);
        var told = 0;
        for (var i = 0; i < 20_000; i++) {
            switch (random.nextInt(12)) {
                case 0 -> report(router, random);
                case 1 ->
                    router.change(
                            NODEPOOLS.get(random.nextInt(3)),
                            fleet -> fleet.admit(random.nextInt(4) == 0 ? Admission.CORDONED : Admission.OPEN));
                case 2, 3 -> {
                    now = now.plusMillis(random.nextInt(400));
                    router.tick();
                }
                case 4, 5, 6, 7 -> {
                    if (!held.isEmpty()) {
                        held.remove(random.nextInt(held.size())).release(Lease.Ended.SERVED);
                    }
                }
                default -> told += askAndCompare(router) ? 1 : 0;
            }
        }
        assertTrue(told > 1000, "too few requests were to be served at once: " + told);
        assertTrue(refused > 0, "none was refused");
    }

    private boolean askAndCompare(Router router) {
        var before = router.explain("m");
        assertEquals(before, router.explain("m"), "asking changes nothing");
        var count = held.size();

        ask(router);

        if (before.next().isPresent()) {
            assertEquals(count + 1, held.size(), before::toString);
            assertEquals(before.next().get(), held.getLast().nodepool(), before::toString);
            assertEquals("goes to " + before.next().get(), before.outcome());
        } else if (before.live().queued() == 0 && held.size() > count) {
            var there = NODEPOOLS.indexOf(held.getLast().nodepool());
            assertFalse(before.steps().get(there).pool().open(), "only one that its waiting opens");
        }
        return before.next().isPresent();
    }

    private void report(Router router, SplittableRandom random) {
        var nodepool = NODEPOOLS.get(random.nextInt(3));
        var id = nodepool + "/" + random.nextInt(2);
        var state = random.nextInt(4) == 0
                ? new Replica.State.Failed("ended", "ended", now.plusSeconds(1), true)
                : Rig.endpoint(1);
        router.changed(new Replica(id, nodepool, state));
    }

    @Test
    void saysWhyTheGateHoldsANodepoolBack() {
        var spill = new SpillOver(List.of("a", "b"), Spillover.DEFAULT);
        var full = new SpillOver.Pool(
                1, 1, 0, 2, true, Optional.empty(), Optional.of(now.plusSeconds(5)), Optional.empty());
        var cold = new SpillOver.Pool(
                0, 0, 0, 0, false, Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(60)));

        assertEquals(
                "held back, because a is fully loaded: the oldest of 3 queued requests has waited 2000 ms, and no further"
                        + " replica is to come; but a replica that starts already will be ready in 5000 ms, one of this"
                        + " nodepool only in 60000 ms",
                spill.why(1, List.of(full, cold), 3, Duration.ofSeconds(2), now));
        assertEquals(
                "closed, because a has no free slot, but the queue is below both thresholds",
                spill.why(1, List.of(full, cold), 3, Duration.ofMillis(2), now));
    }
}
