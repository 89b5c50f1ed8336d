package dev.forebay.chat;

/** What brings requests together at a replica, as long as that leaves the load even. */
public sealed interface AffinityKey {
    /** Requests that belong together, as their client says. */
    record Session(String id) implements AffinityKey {}

    /**
     * Prompts that begin alike: a hash for each block from their beginning, each over everything up to the end of its
     * block. Two prompts have as many hashes in common as they have blocks in common.
     */
    final class Prefix implements AffinityKey {
        private final long[] hashes;

        /** @param hashes one or more; not copied */
        public Prefix(long[] hashes) {
            this.hashes = hashes;
        }

        public int blocks() {
            return hashes.length;
        }

        public long hash(int block) {
            return hashes[block];
        }
    }
}
