package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.compute.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Poisson arrivals at servers of exponential service time, in virtual time. */
class FleetLoadTest {
    private static final int REPLICAS = 40;
    private static final int SLOTS = 8;

    private record Running(Seat seat, double end) {}

    private final SplittableRandom random = new SplittableRandom(11);
    private final Fleet fleet = new Fleet(
            "a", new Fleet.Settings(SLOTS, false, Duration.ZERO, Ejection.Settings.defaults()), random.split());
    private final PriorityQueue<Running> running =
            new PriorityQueue<>((one, other) -> Double.compare(one.end(), other.end()));
    private final Map<String, Double> busySeconds = new HashMap<>();
    private int refused;

    @Test
    void sharesTheLoadEvenlyAtNineTenths() {
        load(0.9, 40_000, Optional::empty);
        assertTrue(jain() >= 0.98, () -> "Jain's index " + jain());
    }

    @Test
    void aPrefixThatNearlyAllRequestsShareMakesNoHotSpot() {
        load(0.9, 40_000, () -> Optional.of(random.nextInt(100) < 92 ? "shared" : "own " + random.nextLong()));
        assertTrue(jain() >= 0.98, () -> "Jain's index " + jain());
        assertTrue(refused < 40_000 * 0.02, () -> refused + " refused although slots enough are there");
    }

    @Test
    void aKeyMeetsItsReplicaWhileTheLoadIsEven() {
        ready(REPLICAS);
        var home = taken(fleet.take(Set.of(), Optional.of("session"), Rig.START));
        fleet.release(home, Lease.Ended.SERVED, Rig.START);
        for (var i = 0; i < 100; i++) {
            var seat = taken(fleet.take(Set.of(), Optional.of("session"), Rig.START));
            assertEquals(home.replica(), seat.replica());
            fleet.release(seat, Lease.Ended.SERVED, Rig.START);
        }
        var second = taken(fleet.take(Set.of(home.replica()), Optional.of("session"), Rig.START));
        fleet.drain(home.replica());
        fleet.release(second, Lease.Ended.SERVED, Rig.START);
        var instead = taken(fleet.take(Set.of(), Optional.of("session"), Rig.START));
        assertEquals(second.replica(), instead.replica());
    }

    @Test
    void oneKeyAloneFillsItsTwoReplicasNoFurtherThanTheBound() {
        ready(4);
        var byReplica = new HashMap<String, Integer>();
        for (var i = 0; i < 16; i++) {
            var seat = taken(fleet.take(Set.of(), Optional.of("hot"), Rig.START));
            byReplica.merge(seat.replica(), 1, Integer::sum);
        }
        assertTrue(byReplica.size() > 2, byReplica::toString);
        assertTrue(byReplica.values().stream().allMatch(n -> n <= 1.25 * 4 + 2), byReplica::toString);
    }

    private void load(double share, int requests, Supplier<Optional<String>> key) {
        ready(REPLICAS);
        var rate = share * REPLICAS * SLOTS;
        var clock = 0.0;
        for (var i = 0; i < requests; i++) {
            clock += exponential() / rate;
            while (!running.isEmpty() && running.element().end() <= clock) {
                var ended = running.remove();
                fleet.release(ended.seat(), Lease.Ended.SERVED, at(ended.end()));
            }
            var seat = fleet.take(Set.of(), key.get(), at(clock));
            if (seat == null) {
                refused++;
                assertEquals(0, fleet.freeSlots());
            } else {
                var seconds = exponential();
                busySeconds.merge(seat.replica(), seconds, Double::sum);
                running.add(new Running(seat, clock + seconds));
            }
        }
    }

    private void ready(int replicas) {
        for (var i = 0; i < replicas; i++) {
            fleet.changed(new Replica("a/" + i, "a", Rig.endpoint(i)), Rig.START);
        }
    }

    private double exponential() {
        return -Math.log(1 - random.nextDouble());
    }

    /** 1 if all replicas were busy for the same time, 1/n if only one was. */
    private double jain() {
        var sum = busySeconds.values().stream().mapToDouble(x -> x).sum();
        var squares = busySeconds.values().stream().mapToDouble(x -> x * x).sum();
        return sum * sum / (REPLICAS * squares);
    }

    private static Seat taken(@Nullable Seat seat) {
        assertNotNull(seat);
        return seat;
    }

    private static Instant at(double seconds) {
        return Rig.START.plusNanos((long) (seconds * 1e9));
    }
}
