package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.forebay.compute.Endpoint;
import dev.forebay.compute.Replica;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** A fleet of nodepool a, and a clock. */
final class Rig {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final Fleet fleet;
    Instant now = START;

    Rig(Fleet.Settings settings) {
        fleet = new Fleet("a", settings, new SplittableRandom(7));
    }

    /** Without slow start. */
    static Rig of(int slots, String... ready) {
        var rig = new Rig(new Fleet.Settings(slots, false, Duration.ZERO, Ejection.Settings.defaults()));
        Arrays.stream(ready).forEach(rig::ready);
        return rig;
    }

    static Replica.State.Ready endpoint(int port) {
        return new Replica.State.Ready(Endpoint.of(URI.create("http://127.0.0.1:" + port + "/v1")));
    }

    void ready(String id) {
        report(id, endpoint(1));
    }

    void report(String id, Replica.State state) {
        fleet.changed(new Replica(id, "a", state), now);
    }

    void pass(long seconds) {
        now = now.plusSeconds(seconds);
    }

    Seat take(String... excluded) {
        var seat = fleet.take(Set.of(excluded), Optional.empty(), now);
        assertNotNull(seat);
        return seat;
    }

    Seat takeFor(String key) {
        var seat = fleet.take(Set.of(), Optional.of(key), now);
        assertNotNull(seat);
        return seat;
    }

    void assertNone(String... excluded) {
        assertNull(fleet.take(Set.of(excluded), Optional.empty(), now));
    }

    void release(Seat seat, Lease.Ended ended) {
        fleet.release(seat, ended, now);
    }

    /** Requests one after the other at this replica alone. */
    void end(String replica, Lease.Ended ended, int times) {
        for (var i = 0; i < times; i++) {
            var others = fleet.live().stream()
                    .map(LiveReplica::id)
                    .filter(id -> !id.equals(replica))
                    .toArray(String[]::new);
            release(take(others), ended);
        }
    }

    String state(String replica) {
        return fleet.live().stream()
                .filter(live -> live.id().equals(replica))
                .map(LiveReplica::state)
                .findFirst()
                .orElse("gone");
    }
}
