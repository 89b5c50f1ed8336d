package dev.forebay.routing;

import dev.forebay.compute.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many replicas of a fleet are in which state, as their provider sees it, and how long they take to become ready. */
final class Census {
    private final ColdStarts coldStarts = new ColdStarts();
    // Since when those that start do, with how many began at that moment.
    private final TreeMap<Instant, Integer> startingSince = new TreeMap<>();
    private int starting;
    private int hopeful;
    private int down;

    /** A replica that was in no state before enters with the same state twice. */
    void enter(Replica.State before, Replica.State state, Instant now) {
        count(state, 1);
        if (before instanceof Replica.State.Starting starting && state instanceof Replica.State.Ready) {
            coldStarts.add(Duration.between(starting.since(), now));
        }
    }

    void leave(Replica.State state) {
        count(state, -1);
    }

    int starting() {
        return starting;
    }

    /** Some replicas have failed for good, and none serves, starts or will soon be tried again. */
    boolean isDown() {
        return hopeful == 0 && down > 0;
    }

    /** The first moment at which one of those that start will be ready, as far as measured; none that is overdue. */
    Optional<Instant> readyNext(Instant now) {
        return coldStarts
                .median()
                .flatMap(takes -> Optional.ofNullable(startingSince.higherKey(now.minus(takes)))
                        .map(since -> since.plus(takes)));
    }

    ColdStarts coldStarts() {
        return coldStarts;
    }

    static @Nullable String reason(Collection<Member> members) {
        for (var member : members) {
            if (member.state instanceof Replica.State.Failed failed && failed.down()) {
                return "replica " + member.id + ": " + failed.brief();
            }
        }
        return null;
    }

    private void count(Replica.State state, int difference) {
        switch (state) {
            case Replica.State.Starting since -> {
                startingSince.merge(since.since(), difference, (before, by) -> before + by == 0 ? null : before + by);
                starting += difference;
                hopeful += difference;
            }
            // What has no place yet may get one as soon as a node or a quota is free: worth waiting for.
            case Replica.State.Ready _, Replica.State.NoCapacity _ -> hopeful += difference;
            case Replica.State.Failed failed -> {
                if (failed.down()) {
                    down += difference;
                } else {
                    hopeful += difference;
                }
            }
            case Replica.State.Stopped _ -> {}
        }
    }
}
