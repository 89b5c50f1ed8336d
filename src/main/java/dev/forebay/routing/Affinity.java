package dev.forebay.routing;

import dev.forebay.chat.AffinityKey;
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
    private final long[] firstWeights = new long[PARTS];
    private final long[] secondWeights = new long[PARTS];
    private final List<Member> members = new ArrayList<>();

    /** By a prompt's first block, which a conversation keeps while it grows. */
    static int part(AffinityKey key) {
        var hash = switch (key) {
            case AffinityKey.Session(var id) -> id.hashCode();
            case AffinityKey.Prefix prefix -> prefix.hash(0);
        };
        return (int) (Hash64.mix(hash) & (PARTS - 1));
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
        for (var part = 0; part < PARTS; part++) {
            enter(part, member);
        }
    }

    void remove(Member member) {
        members.remove(member);
        for (var part = 0; part < PARTS; part++) {
            if (first[part] == member || second[part] == member) {
                first[part] = null;
                second[part] = null;
                for (var other : members) {
                    enter(part, other);
                }
            }
        }
    }

    private void enter(int part, Member member) {
        var weight = Hash64.weight(member.hash, part);
        if (first[part] == null || weight > firstWeights[part]) {
            second[part] = first[part];
            secondWeights[part] = firstWeights[part];
            first[part] = member;
            firstWeights[part] = weight;
        } else if (second[part] == null || weight > secondWeights[part]) {
            second[part] = member;
            secondWeights[part] = weight;
        }
    }
}
