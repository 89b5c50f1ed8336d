package dev.forebay.routing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which two replicas a key belongs to: the two of highest random weight (rendezvous hashing), for each of a fixed number
 * of parts of the keys instead of for each key. So a look-up costs the same whatever the number of replicas, a replica
 * that comes or goes moves only the parts that it wins or had, and gateways that share nothing agree. With more replicas
 * than parts, some have no part of their own and live on requests that go elsewhere.
 */
final class Affinity {
    private static final int PARTS = 16_384;

    private final @Nullable Member[] first = new @Nullable Member[PARTS];
    private final @Nullable Member[] second = new @Nullable Member[PARTS];
    private final List<Member> members = new ArrayList<>();

    static int part(String key) {
        return (int) (Hash64.mix(key.hashCode()) & (PARTS - 1));
    }

    @Nullable
    Member first(int part) {
        return first[part];
    }

    @Nullable
    Member second(int part) {
        return second[part];
    }

    void add(Member member) {
        members.add(member);
        var hash = member.hash;
        for (var part = 0; part < PARTS; part++) {
            enter(part, member, hash);
        }
    }

    void remove(Member member) {
        members.remove(member);
        for (var part = 0; part < PARTS; part++) {
            if (first[part] == member || second[part] == member) {
                first[part] = null;
                second[part] = null;
                for (var other : members) {
                    enter(part, other, other.hash);
                }
            }
        }
    }

    private void enter(int part, Member member, long hash) {
        var one = first[part];
        var weight = weight(part, hash);
        if (one == null || weight > weight(part, one.hash)) {
            second[part] = one;
            first[part] = member;
            return;
        }
        var two = second[part];
        if (two == null || weight > weight(part, two.hash)) {
            second[part] = member;
        }
    }

    private static long weight(int part, long hash) {
        return Hash64.mix(hash ^ Hash64.mix(part));
    }
}
