package dev.forebay.routing;

import dev.forebay.chat.AffinityKey.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * Which replica of a fleet was given a prompt's beginning last, and so probably has it in its cache. A table of fixed size
 * without chains: what is new takes the place of what was there, so that it is never searched nor cleaned up, and what
 * nobody asks for is overwritten in time. It may be wrong, which costs a prompt's computation and nothing else.
 */
final class PrefixTable {
    private static final int SIZE = 1 << 17;

    private long[] hashes = new long[0];
    private @Nullable Member[] members = new @Nullable Member[0];

    /** The replica of the longest beginning that is known; null if not even the first block is. */
    @Nullable
    Member longest(Prefix prefix) {
        Member found = null;
        for (var block = 0; block < prefix.blocks() && hashes.length > 0; block++) {
            var place = place(prefix.hash(block));
            if (hashes[place] != prefix.hash(block) || members[place] == null) {
                return found;
            }
            found = members[place];
        }
        return found;
    }

    void put(Prefix prefix, Member member) {
        if (hashes.length == 0) {
            hashes = new long[SIZE];
            members = new @Nullable Member[SIZE];
        }
        for (var block = 0; block < prefix.blocks(); block++) {
            var place = place(prefix.hash(block));
            hashes[place] = prefix.hash(block);
            members[place] = member;
        }
    }

    /** Its cache is gone. */
    void remove(Member member) {
        for (var place = 0; place < members.length; place++) {
            if (members[place] == member) {
                members[place] = null;
            }
        }
    }

    private static int place(long hash) {
        return (int) (hash & (SIZE - 1));
    }
}
