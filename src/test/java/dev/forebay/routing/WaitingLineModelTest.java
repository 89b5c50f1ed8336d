package dev.forebay.routing;

import static dev.forebay.routing.Tickets.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Random steps against a plain list that is searched each time. Whose turn it is {@link WaitingLineTurnsTest} proves. */
class WaitingLineModelTest {
    private static final int STEPS = 3000;
    private static final Comparator<Ticket> YOUNGEST_FIRST =
            Comparator.comparing((Ticket t) -> t.arrived).reversed();

    private final WaitingLine.Limits limits = new WaitingLine.Limits(60, 5000);

    @Test
    void behavesLikeAPlainList() {
        for (var seed = 0; seed < 60; seed++) {
            try {
                new Both(new SplittableRandom(seed)).run();
            } catch (AssertionError wrong) {
                throw new AssertionError("seed " + seed, wrong);
            }
        }
    }

    private final class Both {
        private final SplittableRandom random;
        private final WaitingLine line = new WaitingLine(limits);
        private final List<Ticket> plain = new ArrayList<>();
        private final List<Ticket> gone = new ArrayList<>();
        private int second;

        Both(SplittableRandom random) {
            this.random = random;
        }

        void run() {
            for (var step = 0; step < STEPS; step++) {
                // Fills up and empties in turn.
                var joins = step / 200 % 2 == 0 ? 60 : 30;
                var dice = random.nextInt(100);
                if (dice < joins) {
                    offer();
                } else if (dice < 85) {
                    poll();
                } else if (dice < 97) {
                    remove();
                } else {
                    expire();
                }
                compare();
            }
        }

        private void offer() {
            var ticket = newcomer();
            var lower = plain.stream()
                    .filter(t -> t.request.priority() < ticket.request.priority())
                    .sorted(Comparator.comparingInt((Ticket t) -> t.request.priority())
                            .thenComparing(YOUNGEST_FIRST))
                    .toList();
            var left = new ArrayList<>(plain);
            left.add(ticket);
            var evicted = new ArrayList<Ticket>();
            for (var victim : lower) {
                if (left.size() > limits.requestsMax()
                        || (bytes(left) > limits.bytesMax() && victim.request.bytes() > 0)) {
                    left.remove(victim);
                    evicted.add(victim);
                }
            }
            var fits = left.size() <= limits.requestsMax() && bytes(left) <= limits.bytesMax();
            switch (line.offer(ticket)) {
                case WaitingLine.Offer.Taken() -> assertTrue(fits && evicted.isEmpty());
                case WaitingLine.Offer.Displaced(var out) -> {
                    assertTrue(fits);
                    assertEquals(evicted, out);
                }
                case WaitingLine.Offer.Full(var _) -> assertFalse(fits);
            }
            if (fits) {
                plain.removeAll(evicted);
                plain.add(ticket);
                gone.addAll(evicted);
            }
        }

        private Ticket newcomer() {
            if (!gone.isEmpty() && random.nextInt(10) == 0) {
                return gone.remove(random.nextInt(gone.size()));
            }
            var kind = Tickets.of("t" + random.nextInt(6))
                    .priority(random.nextInt(4) - 1)
                    .tokens(1 + random.nextInt(2000))
                    .bytes(random.nextInt(3) == 0 ? 0 : random.nextInt(300))
                    .deadline(second + random.nextInt(400));
            if (random.nextInt(4) == 0) {
                kind = kind.excluded("r" + random.nextInt(3));
            }
            return (random.nextInt(4) == 0 ? kind.nodepool("n" + random.nextInt(2)) : kind).at(second++);
        }

        private void poll() {
            var free = new HashSet<String>();
            List.of("r0", "r1", "r2").stream().filter(_ -> random.nextBoolean()).forEach(free::add);
            var pools = random.nextInt(4);
            var patience = random.nextInt(3) == 0 ? second - random.nextInt(100) : Integer.MAX_VALUE;
            Predicate<Ticket> fits = ticket -> !Set.copyOf(free).equals(ticket.request.excluded())
                    && !free.isEmpty()
                    && ticket.request
                            .nodepool()
                            .map(n -> (pools & (n.equals("n0") ? 1 : 2)) != 0)
                            .orElse(pools != 1)
                    && ticket.arrived.isBefore(START.plusSeconds(patience));
            var utilisation = random.nextDouble();
            var priorities = plain.stream()
                    .map(t -> t.request.priority())
                    .distinct()
                    .sorted(Comparator.reverseOrder())
                    .toList();
            var able = plain.stream()
                    .filter(t -> mayGo(priorities.indexOf(t.request.priority()), priorities.size(), utilisation))
                    .filter(fits)
                    .toList();
            var held = new boolean[1];
            var next = line.poll(utilisation, ticket -> {
                assertFalse(held[0], "asked after it held");
                held[0] = fits.test(ticket);
                return held[0];
            });
            if (able.isEmpty()) {
                assertNull(next);
                return;
            }
            assertNotNull(next);
            assertTrue(able.contains(next));
            var better = able.stream().filter(t -> goesBefore(t, next)).toList();
            assertEquals(List.of(), better);
            plain.remove(next);
            gone.add(next);
        }

        private static boolean mayGo(int rank, int priorities, double utilisation) {
            return rank == 0 || utilisation < 1 - rank * 0.4 / (priorities - 1);
        }

        private static boolean goesBefore(Ticket one, Ticket other) {
            if (one.request.priority() != other.request.priority()) {
                return one.request.priority() > other.request.priority();
            }
            if (!one.request.tenant().equals(other.request.tenant())) {
                return false;
            }
            var again = Boolean.compare(
                    one.request.excluded().isEmpty(), other.request.excluded().isEmpty());
            return again != 0 ? again < 0 : one.arrived.isBefore(other.arrived);
        }

        private void remove() {
            if (!gone.isEmpty()) {
                assertFalse(line.remove(gone.get(random.nextInt(gone.size()))));
            }
            if (!plain.isEmpty()) {
                var ticket = plain.remove(random.nextInt(plain.size()));
                assertTrue(line.remove(ticket));
                gone.add(ticket);
            }
        }

        private void expire() {
            var now = START.plusSeconds(second);
            var patience = Duration.ofSeconds(100 + random.nextInt(200));
            var late = plain.stream()
                    .filter(t -> !now.isBefore(t.arrived.plus(patience)) || !now.isBefore(t.request.deadline()))
                    .collect(Collectors.toSet());
            var expired = line.expire(now, patience);
            assertEquals(late.size(), expired.size());
            assertEquals(late, new HashSet<>(expired));
            plain.removeAll(late);
            gone.addAll(late);
        }

        private void compare() {
            assertEquals(plain.size(), line.size());
            assertEquals(bytes(plain), line.bytes());
            assertEquals(
                    plain.stream()
                            .map(t -> t.arrived)
                            .min(Comparator.naturalOrder())
                            .orElse(null),
                    line.oldestArrival());
            assertEquals(
                    plain.stream()
                            .collect(Collectors.groupingBy(t -> t.request.priority(), Collectors.summingInt(_ -> 1))),
                    line.sizeByPriority());
            assertEquals(plain.stream().filter(t -> t.request.priority() >= 1).count(), line.ahead(1));
        }

        private static long bytes(List<Ticket> tickets) {
            return tickets.stream().mapToLong(t -> t.request.bytes()).sum();
        }
    }
}
