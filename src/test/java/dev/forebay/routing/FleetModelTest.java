package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.AffinityKey;
import dev.forebay.compute.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random events against a plain count of what must be so after each of them. */
class FleetModelTest {
    private static final int STEPS = 2_500;

    /** What the test itself knows of the replicas, by id. */
    private final Map<String, Replica.State> states = new HashMap<>();

    private final Set<String> drained = new HashSet<>();
    private final Set<String> cordoned = new HashSet<>();
    private final Map<String, Instant> pausedUntil = new HashMap<>();
    private final Map<String, Integer> inFlight = new HashMap<>();
    private final List<Seat> seats = new ArrayList<>();
    private Instant now = Rig.START;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void holdsItsInvariantsUnderAnyOrderOfEvents(long seed) {
        var random = new SplittableRandom(seed);
        var slots = seed % 4 == 0 ? 0 : (int) seed;
        var fleet = new Fleet(
                "a",
                new FleetSettings(slots, seed % 3 == 0, Duration.ofSeconds(10), Ejection.Settings.defaults()),
                random.split());
        for (var step = 0; step < STEPS; step++) {
            now = now.plusMillis(random.nextInt(400));
            act(fleet, random);
            check(fleet, "seed " + seed + ", step " + step);
        }
        while (!seats.isEmpty()) {
            release(fleet, seats.removeLast(), random);
        }
        assertEquals(0, fleet.inFlight());
        fleet.live().forEach(live -> assertEquals(0, live.inFlight()));
    }

    private void act(Fleet fleet, SplittableRandom random) {
        var id = "a/" + random.nextInt(8);
        switch (random.nextInt(40)) {
            case 0 -> report(fleet, id, new Replica.State.Starting(now));
            case 1, 2, 3 -> report(fleet, id, Rig.endpoint(random.nextInt(9)));
            case 4 -> report(fleet, id, new Replica.State.Failed("r", "b", now, random.nextBoolean()));
            case 5 -> report(fleet, id, new Replica.State.Stopped());
            case 6 -> set(fleet, id, drained, random.nextInt(3) == 0);
            case 7 -> set(fleet, id, cordoned, random.nextInt(3) == 0);
            case 8 -> pause(fleet, id, Duration.ofSeconds(random.nextInt(30)));
            case 9, 10, 11 -> {
                fleet.tick(now);
                pausedUntil.values().removeIf(until -> !now.isBefore(until));
            }
            case 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25 -> take(fleet, random);
            default -> {
                if (!seats.isEmpty()) {
                    release(fleet, seats.remove(random.nextInt(seats.size())), random);
                }
            }
        }
    }

    private void report(Fleet fleet, String id, Replica.State state) {
        fleet.changed(new Replica(id, "a", state), now);
        if (state instanceof Replica.State.Stopped) {
            drained.remove(id);
            cordoned.remove(id);
            states.computeIfPresent(id, (_, _) -> inFlight.getOrDefault(id, 0) == 0 ? null : state);
        } else {
            states.put(id, state);
        }
        pausedUntil.remove(id);
    }

    private void set(Fleet fleet, String id, Set<String> which, boolean on) {
        if (which == cordoned) {
            fleet.cordon(id, on);
        } else if (on) {
            fleet.drain(id);
        } else {
            fleet.undrain(id);
        }
        if (!on) {
            which.remove(id);
        } else if (states.containsKey(id)) {
            which.add(id);
        }
    }

    private void pause(Fleet fleet, String id, Duration wish) {
        fleet.pause(id, wish, now);
        if (states.get(id) instanceof Replica.State.Ready) {
            pausedUntil.put(id, now.plus(wish));
        }
    }

    private void take(Fleet fleet, SplittableRandom random) {
        var excluded = new HashSet<String>();
        for (var i = random.nextInt(5) - 2; i > 0; i--) {
            excluded.add("a/" + random.nextInt(8));
        }
        var before = new HashMap<String, LiveReplica>();
        fleet.live().forEach(live -> before.put(live.id(), live));
        var free = fleet.freeSlots();
        var key = switch (random.nextInt(4)) {
            case 0 -> Rig.session("key " + random.nextInt(5));
            case 1 -> Rig.prefix(random.nextInt(3), random.nextInt(9));
            default -> Optional.<AffinityKey>empty();
        };
        var seat = fleet.take(excluded, key, now);
        if (excluded.isEmpty()) {
            assertEquals(free > 0, seat != null);
        }
        if (seat == null) {
            return;
        }
        var live = before.get(seat.replica());
        assertNotNull(live);
        assertEquals("ready", live.state());
        assertTrue(!excluded.contains(live.id()) && !cordoned.contains(live.id()) && !drained.contains(live.id()));
        assertNull(pausedUntil.get(live.id()));
        assertTrue(live.limit() == 0 || live.inFlight() < live.limit());
        assertEquals(live.endpoint(), Optional.of(seat.endpoint()));
        inFlight.merge(live.id(), 1, Integer::sum);
        seats.add(seat);
    }

    private void release(Fleet fleet, Seat seat, SplittableRandom random) {
        var sick = seat.replica().equals("a/1") || seat.replica().equals("a/2");
        var ended = Lease.Ended.values()[sick && random.nextInt(9) > 0 ? 1 + random.nextInt(2) : random.nextInt(5)];
        fleet.release(seat, ended, now);
        if (inFlight.merge(seat.replica(), -1, Integer::sum) == 0
                && states.get(seat.replica()) instanceof Replica.State.Stopped) {
            states.remove(seat.replica());
            drained.remove(seat.replica());
            cordoned.remove(seat.replica());
        }
    }

    private void check(Fleet fleet, String where) {
        var rows = fleet.live();
        assertEquals(
                states.keySet(),
                new HashSet<>(rows.stream().map(LiveReplica::id).toList()),
                where);
        rows.forEach(row -> assertEquals(inFlight.getOrDefault(row.id(), 0), row.inFlight(), where));
        assertEquals(seats.size(), fleet.inFlight(), where);
        var eligible = eligible();
        var ejected =
                (int) rows.stream().filter(row -> row.state().equals("ejected")).count();
        assertTrue(ejected <= eligible.size() / 2 && (ejected == 0 || ejected < eligible.size()), where);
        assertEquals(eligible.size() - ejected, fleet.ready(), where);
        assertEquals(count(Replica.State.Starting.class), fleet.starting(), where);
        var taking = rows.stream()
                .filter(row -> eligible.contains(row.id()) && row.state().equals("ready"))
                .filter(row -> !pausedUntil.containsKey(row.id()))
                .toList();
        var probed = taking.stream().filter(FleetModelTest::isProbed).count();
        var unlimited = taking.stream().anyMatch(row -> row.limit() == 0 && !isProbed(row));
        var limits = taking.stream()
                .filter(row -> !isProbed(row))
                .mapToInt(LiveReplica::limit)
                .sum();
        assertEquals(unlimited ? Integer.MAX_VALUE : limits + probed, fleet.capacity(), where);
        var free = taking.stream()
                .filter(row -> !isProbed(row))
                .mapToInt(row -> Math.max(0, row.limit() - row.inFlight()))
                .sum();
        var slack = fleet.freeSlots() - (unlimited ? Integer.MAX_VALUE : free);
        assertTrue(0 <= slack && slack <= probed, where);
        assertEquals(down(), fleet.whyDown() != null, where);
    }

    private static boolean isProbed(LiveReplica row) {
        return row.reason()
                .filter(reason -> reason.contains("one request at a time"))
                .isPresent();
    }

    private Set<String> eligible() {
        var eligible = new HashSet<String>();
        states.forEach((id, state) -> {
            if (state instanceof Replica.State.Ready && !drained.contains(id) && !cordoned.contains(id)) {
                eligible.add(id);
            }
        });
        return eligible;
    }

    private int count(Class<?> state) {
        return (int) states.values().stream().filter(state::isInstance).count();
    }

    private boolean down() {
        return count(Replica.State.Failed.class) > 0
                && states.values().stream()
                        .allMatch(state -> state instanceof Replica.State.Stopped
                                || (state instanceof Replica.State.Failed failed && failed.down()));
    }
}
