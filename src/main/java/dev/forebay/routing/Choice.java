package dev.forebay.routing;

import dev.forebay.chat.AffinityKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which replica of a fleet gets a request: the one that its key belongs to if the load stays even, else the less busy of two. */
final class Choice {
    // Bounds within which a key decides: a replica's requests against the mean, and the busiest against the idlest.
    private static final double BOUND_BY_MEAN = 1.25;
    private static final int SPREAD_MAX = 8;

    private final RandomGenerator random;
    private final Candidates fresh;
    private final Candidates avoided;
    private final Totals totals = new Totals();
    private final Affinity affinity = new Affinity();
    private final PrefixTable prefixes = new PrefixTable();

    Choice(Duration slowStart, RandomGenerator random) {
        this.random = random;
        this.fresh = new Candidates(slowStart.toMillis());
        this.avoided = new Candidates(slowStart.toMillis());
    }

    void slowStart(Duration time) {
        fresh.slowStart(time.toMillis());
        avoided.slowStart(time.toMillis());
    }

    Totals totals() {
        return totals;
    }

    @Nullable
    Member choose(Set<String> excluded, Optional<AffinityKey> key, Instant now) {
        if (key.isEmpty()) {
            return leastBusy(excluded, now);
        }
        var byKey = byKey(key.get(), excluded);
        var chosen = byKey == null ? leastBusy(excluded, now) : byKey;
        if (chosen != null && key.get() instanceof AffinityKey.Prefix prefix) {
            prefixes.put(prefix, chosen);
        }
        return chosen;
    }

    private @Nullable Member leastBusy(Set<String> excluded, Instant now) {
        var millis = now.toEpochMilli();
        var chosen = fresh.choose(excluded, random, millis);
        return chosen != null ? chosen : avoided.choose(excluded, random, millis);
    }

    /** It is ready. */
    void enter(Member member) {
        affinity.add(member);
    }

    /** It is not ready any more. */
    void leave(Member member) {
        affinity.remove(member);
        prefixes.remove(member);
    }

    /** After each change of a replica, so that sums and candidates are right. */
    void refile(Member member) {
        totals.count(member);
        var place = member.countedFree == 0 ? null : member.avoided ? avoided : fresh;
        if (member.filed != place) {
            if (member.filed != null) {
                member.filed.remove(member);
            }
            if (place != null) {
                place.add(member);
            }
        }
    }

    private @Nullable Member byKey(AffinityKey key, Set<String> excluded) {
        if (totals.spread() > SPREAD_MAX) {
            return null;
        }
        var bound = BOUND_BY_MEAN * totals.meanInFlight() + 1;
        var known = key instanceof AffinityKey.Prefix prefix ? prefixes.longest(prefix) : null;
        if (known != null && may(known, bound, excluded)) {
            return known;
        }
        var part = Affinity.part(key);
        var one = affinity.first(part);
        if (one != null && may(one, bound, excluded)) {
            return one;
        }
        var two = affinity.second(part);
        return two != null && may(two, bound, excluded) ? two : null;
    }

    private boolean may(Member member, double bound, Set<String> excluded) {
        return member.filed == fresh && member.inFlight <= bound && !excluded.contains(member.id);
    }
}
