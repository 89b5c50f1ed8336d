package dev.forebay.routing;

import dev.forebay.chat.AffinityKey.Prefix;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A prompt's beginning as a key, so that prompts that begin alike meet a replica that has their beginning in its cache.
 * Blocks are of bytes, not of tokens: the gateway has no tokenizer, and for choosing a replica it makes no difference.
 */
public final class PromptPrefix {
    /** Of a prompt, which are looked at. */
    public static final int BYTES_MAX = 64 * 1024;

    static final int BLOCK_BYTES = 1024;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private PromptPrefix() {}

    /**
     * The key of the prompt in {@code [from, to)}, by its first {@link #BYTES_MAX}. Empty for one that has no whole block: to compute
     * it again costs less than to wait for a certain replica.
     */
    public static Optional<Prefix> of(byte[] bytes, int from, int to) {
        var blocks = Math.min(to - from, BYTES_MAX) / BLOCK_BYTES;
        if (blocks == 0) {
            return Optional.empty();
        }
        var hashes = new long[blocks];
        var hash = 0L;
        for (var block = 0; block < blocks; block++) {
            hash = block(bytes, from + block * BLOCK_BYTES, hash);
            hashes[block] = hash;
        }
        return Optional.of(new Prefix(hashes));
    }

    private static long block(byte[] bytes, int from, long before) {
        var hash = before;
        for (var at = from; at < from + BLOCK_BYTES; at += Long.BYTES) {
            hash = (hash ^ (long) WORD.get(bytes, at)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return Hash64.mix(hash);
    }
}
