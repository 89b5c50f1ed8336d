package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tenants of one priority take turns by tokens. */
class WaitingLineTurnsTest {
    private static final int QUANTUM = Band.QUANTUM_TOKENS;

    private final WaitingLine line = new WaitingLine(new WaitingLine.Limits(100_000, Long.MAX_VALUE));
    private final Map<String, Long> given = new TreeMap<>();

    @Test
    void aTenantWithManyRequestsDoesNotKeepOneWithFewWaiting() {
        for (var i = 0; i < 1000; i++) {
            offer("many", 200);
        }
        offer("few", 200);

        var before = 0;
        while (!take().request.tenant().equals("few")) {
            before++;
        }
        assertTrue(before <= QUANTUM / 200, before + " went before it");
    }

    @Test
    void tenantsThatAlwaysWaitAreNeverMoreThanAQuantumAndTheLargestRequestApart() {
        var random = new SplittableRandom(7);
        for (var largest : List.of(100, 512, 2000, 131_072)) {
            given.clear();
            var sizes = Map.of("small", 1 + largest / 50, "large", largest, "any", 0, "other", 0);
            var waiting = new HashMap<String, Integer>();
            var fair = new WaitingLine(new WaitingLine.Limits(100, Long.MAX_VALUE));
            for (var step = 0; step < 20_000; step++) {
                sizes.forEach((tenant, fixed) -> {
                    while (waiting.getOrDefault(tenant, 0) < 2) {
                        var size = fixed == 0 ? 1 + random.nextInt(largest) : fixed;
                        fair.offer(Tickets.of(tenant).tokens(size).at(0));
                        waiting.merge(tenant, 1, Integer::sum);
                    }
                });
                var next = served(fair);
                waiting.merge(next.request.tenant(), -1, Integer::sum);
                assertApart((long) QUANTUM + largest, sizes.keySet());
            }
        }
    }

    @Test
    void takesTurnsAsIfEveryRoundWerePlayed() {
        for (var seed = 0; seed < 50; seed++) {
            var random = new SplittableRandom(seed);
            var rounds = new Rounds();
            for (var step = 0; step < 2000; step++) {
                if (random.nextInt(100) < 50) {
                    var ticket = offer("t" + random.nextInt(8), 1 + random.nextInt(3000));
                    rounds.offer(ticket);
                } else {
                    assertSame(rounds.poll(), line.poll(0, _ -> true), "seed " + seed + ", step " + step);
                }
            }
            for (Ticket rest; (rest = rounds.poll()) != null; ) {
                assertSame(rest, line.poll(0, _ -> true), "seed " + seed);
            }
            assertEquals(0, line.size());
        }
    }

    @Test
    void nobodyGainsByLeavingAndComingBack() {
        for (var i = 0; i < 1000; i++) {
            offer("stays", QUANTUM);
        }
        for (var i = 0; i < 200; i++) {
            if (line.size() == 1000 - given.getOrDefault("stays", 0L) / QUANTUM) {
                offer("returns", QUANTUM);
            }
            served(line);
            assertApart(2L * QUANTUM, Set.of("stays", "returns"));
        }
    }

    @Test
    void aNewTenantWaitsForOneRoundAtMost() {
        for (var i = 0; i < 1000; i++) {
            offer("t" + i % 10, QUANTUM);
        }
        for (var i = 0; i < 5; i++) {
            served(line);
        }
        var first = offer("new", 1);
        var second = offer("newer", 1);
        for (var i = 0; i < 5; i++) {
            served(line);
        }

        assertSame(first, served(line));
        assertSame(second, served(line));
    }

    @Test
    void aTenantThatNothingFittedForLongHasNoClaimOnThatTime() {
        for (var i = 0; i < 500; i++) {
            line.offer(Tickets.of("pinned").nodepool("b").tokens(500).at(i));
            offer("free", 500);
        }
        for (var i = 0; i < 200; i++) {
            line.poll(0, ticket -> ticket.request.nodepool().isEmpty());
        }
        for (var i = 0; i < 100; i++) {
            served(line);
            assertApart(3L * QUANTUM, Set.of("pinned", "free"));
        }
    }

    @Test
    void savingsForALargeRequestOutlastATryAgainThatGoesFirst() {
        for (var i = 0; i < 300; i++) {
            offer("small", QUANTUM);
        }
        var large = offer("large", 100 * QUANTUM);
        for (var i = 0; i < 90; i++) {
            served(line);
        }
        line.offer(Tickets.of("large").excluded("a/0").tokens(QUANTUM).at(0));
        var before = 0;
        while (served(line) != large) {
            before++;
        }
        assertTrue(before <= 15, before + " went before it");
    }

    @Test
    void asksOnceWhereAllAreAlike() {
        for (var i = 0; i < 5000; i++) {
            line.offer(Tickets.of("t" + i % 100).priority(i % 3).at(i));
        }
        var asked = new ArrayList<Ticket>();

        line.poll(0, ticket -> {
            asked.add(ticket);
            return false;
        });

        assertTrue(asked.size() <= 100, asked.size() + " were asked about");
        asked.clear();
        line.poll(0, asked::add);
        assertEquals(1, asked.size());
    }

    @Test
    void asksAboutAnEarlierArrivalOfAnotherTenant() {
        line.offer(Tickets.of("a").at(9));
        var early = Tickets.of("b").at(1);
        line.offer(early);

        assertSame(early, line.poll(0, ticket -> ticket.arrived.isBefore(Tickets.START.plusSeconds(5))));
    }

    private Ticket offer(String tenant, int tokens) {
        var ticket = Tickets.of(tenant).tokens(tokens).at(0);
        line.offer(ticket);
        return ticket;
    }

    private Ticket take() {
        var next = line.poll(0, _ -> true);
        if (next == null) {
            throw new AssertionError("nobody waits");
        }
        return next;
    }

    private Ticket served(WaitingLine from) {
        var next = from.poll(0, _ -> true);
        if (next == null) {
            throw new AssertionError("nobody waits");
        }
        given.merge(next.request.tenant(), (long) next.request.tokens(), Long::sum);
        return next;
    }

    private void assertApart(long most, Set<String> tenants) {
        var all = tenants.stream()
                .mapToLong(tenant -> given.getOrDefault(tenant, 0L))
                .summaryStatistics();
        assertTrue(all.getMax() - all.getMin() <= most, () -> given.toString());
    }

    /** The rules of {@link Band} written out: every round is played, every tenant visited. */
    private static final class Rounds {
        private static final class Queue {
            final ArrayDeque<Ticket> tickets = new ArrayDeque<>();
            final int number;
            int visited;
            int deficit;
            boolean served;

            Queue(int number, int round) {
                this.number = number;
                this.visited = round;
            }
        }

        private final Map<String, Queue> queues = new HashMap<>();
        private int round;
        private int came;

        void offer(Ticket ticket) {
            queues.computeIfAbsent(ticket.request.tenant(), _ -> new Queue(came++, round))
                    .tickets
                    .add(ticket);
        }

        @Nullable
        Ticket poll() {
            while (!queues.isEmpty()) {
                var inOrder = new ArrayList<>(queues.entrySet());
                inOrder.sort(Map.Entry.comparingByValue(
                        Comparator.comparing((Queue queue) -> queue.served).thenComparing(queue -> queue.number)));
                for (var entry : inOrder) {
                    var queue = entry.getValue();
                    var head = queue.tickets.getFirst();
                    if (visit(queue) && head.request.tokens() <= queue.deficit) {
                        queue.deficit -= head.request.tokens();
                        queue.served = true;
                        queue.tickets.removeFirst();
                        if (queue.tickets.isEmpty()) {
                            queues.remove(entry.getKey());
                        }
                        return head;
                    }
                }
                round++;
            }
            return null;
        }

        /** Whether it may go in this round at all. */
        private boolean visit(Queue queue) {
            if (queue.visited < round) {
                queue.visited = round;
                queue.deficit += QUANTUM;
            }
            return queue.deficit > 0;
        }
    }
}
