package dev.forebay.routing;

import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Replicas with a free slot, in no order. Of two drawn by lot the less busy one is chosen, which keeps queues nearly as
 * short as asking all of them would (Mitzenmacher, the power of two choices).
 */
final class Candidates {
    private static final int SIZE_FIRST = 16;

    private long slowStartMillis;
    private @Nullable Member[] members = new @Nullable Member[SIZE_FIRST];
    private int size;

    Candidates(long slowStartMillis) {
        this.slowStartMillis = slowStartMillis;
    }

    void slowStart(long millis) {
        slowStartMillis = millis;
    }

    int size() {
        return size;
    }

    void add(Member member) {
        if (size == members.length) {
            members = Arrays.copyOf(members, size * 2);
        }
        member.filed = this;
        member.place = size;
        members[size++] = member;
    }

    void remove(Member member) {
        var last = at(--size);
        members[member.place] = last;
        last.place = member.place;
        members[size] = null;
        member.filed = null;
    }

    /** Null if there is none but excluded ones. */
    @Nullable
    Member choose(Set<String> excluded, RandomGenerator random, long nowMillis) {
        if (size == 0) {
            return null;
        }
        var bits = random.nextLong();
        var one = at(scaled(bits >>> 32, size));
        var other = size == 1 ? one : at((one.place + 1 + scaled(bits & 0xFFFF_FFFFL, size - 1)) % size);
        if (!excluded.isEmpty()) {
            var admitted = admitted(one, excluded);
            if (admitted == null) {
                return null;
            }
            one = admitted;
            other = other == one ? at((one.place + 1) % size) : other;
            var second = admitted(other, excluded);
            other = second == null ? one : second;
        }
        return better(one, other, nowMillis);
    }

    private Member better(Member one, Member other, long nowMillis) {
        var difference = one.load(nowMillis, slowStartMillis) - other.load(nowMillis, slowStartMillis);
        if (difference == 0) {
            // By turns: a count of what each served would send everything to whoever came last.
            return one.lastGrant <= other.lastGrant ? one : other;
        }
        return difference < 0 ? one : other;
    }

    /** The first from there on that is not excluded; those are few. */
    private @Nullable Member admitted(Member from, Set<String> excluded) {
        for (int step = 0, place = from.place; step < size; step++, place = place + 1 == size ? 0 : place + 1) {
            var member = at(place);
            if (!excluded.contains(member.id)) {
                return member;
            }
        }
        return null;
    }

    private static int scaled(long bits32, int bound) {
        return (int) ((bits32 * bound) >>> 32);
    }

    private Member at(int place) {
        var member = members[place];
        if (member == null) {
            throw new IllegalStateException("no candidate at " + place + " of " + size);
        }
        return member;
    }
}
