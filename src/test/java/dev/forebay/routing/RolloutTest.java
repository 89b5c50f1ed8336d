package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.routing.Autoscaler.Kind;
import dev.forebay.routing.Autoscaler.Standing;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void startsOneMoreThanIsWantedBeforeAnOldOneGoes() {
        var rollout = new Rollout(List.of(old(0, Kind.SERVING), old(1, Kind.SERVING)));
        assertEquals(1, rollout.starting(2));
        assertEquals(List.of(), leaving(rollout, 2));
    }

    @Test
    void anOldOneGoesForEachNewOneThatServes() {
        var rollout = new Rollout(List.of(old(0, Kind.SERVING), old(1, Kind.SERVING), fresh(2, Kind.SERVING)));
        assertEquals(0, rollout.starting(2));
        assertEquals(List.of("p/0"), leaving(rollout, 2));
    }

    @Test
    void waitsForANewOneThatStartsOrFails() {
        for (var kind : List.of(Kind.STARTING, Kind.FAILED)) {
            var rollout = new Rollout(List.of(old(0, Kind.SERVING), old(1, Kind.SERVING), fresh(2, kind)));
            assertEquals(0, rollout.starting(2));
            assertEquals(List.of(), leaving(rollout, 2));
        }
    }

    @Test
    void makesRoomWhereThereIsNone() {
        var rollout = new Rollout(List.of(fresh(2, Kind.UNPLACED), old(0, Kind.SERVING), old(1, Kind.SERVING)));
        assertEquals(List.of("p/0"), leaving(rollout, 2));
        assertEquals(List.of(), rollout.leaving(2, false), "one is on its way out already");
    }

    @Test
    void oldOnesThatServeNobodyGoAtOnce() {
        var rollout = new Rollout(List.of(old(0, Kind.FAILED), old(1, Kind.STARTING)));
        assertEquals(List.of("p/0", "p/1"), leaving(rollout, 2));
        assertEquals(2, rollout.starting(2));
    }

    @Test
    void everyOldOneGoesWhereNoneIsWanted() {
        var rollout = new Rollout(List.of(old(0, Kind.SERVING), fresh(1, Kind.SERVING)));
        assertEquals(List.of("p/1", "p/0"), leaving(rollout, 0));
        assertEquals(0, rollout.starting(0));
    }

    @Test
    void endsWithAsManyAsAreWantedAndNeverServesWithFewer() {
        for (var wanted = 1; wanted < 6; wanted++) {
            var all = Stream.iterate(0, ordinal -> ordinal + 1)
                    .limit(wanted)
                    .map(ordinal -> old(ordinal, Kind.SERVING))
                    .toList();
            var next = wanted;
            for (var rollout = new Rollout(all); rollout.isUnderWay(); rollout = new Rollout(all)) {
                var going = leaving(rollout, wanted);
                var come = rollout.starting(wanted);
                assertTrue(come + going.size() > 0, "stands still");
                all = Stream.concat(
                                all.stream().filter(each -> !going.contains(each.id())),
                                Stream.iterate(next, ordinal -> ordinal + 1)
                                        .limit(come)
                                        .map(ordinal -> fresh(ordinal, Kind.SERVING)))
                        .toList();
                next += come;
                assertTrue(all.size() >= wanted && all.size() <= wanted + 1, all::toString);
            }
            assertEquals(wanted, all.size());
            assertFalse(all.stream().anyMatch(Standing::outdated));
        }
    }

    private static List<String> leaving(Rollout rollout, int desired) {
        return rollout.leaving(desired, true).stream().map(Standing::id).toList();
    }

    private static Standing old(int ordinal, Kind kind) {
        return new Standing("p/" + ordinal, ordinal, kind, 0, START, true);
    }

    private static Standing fresh(int ordinal, Kind kind) {
        return new Standing("p/" + ordinal, ordinal, kind, 0, START, false);
    }
}
