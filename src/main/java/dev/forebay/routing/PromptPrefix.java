package dev.forebay.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A prompt's beginning as a key, so that prompts that begin alike meet a replica that has their beginning in its cache.
 * Blocks are of bytes, not of tokens: the gateway has no tokenizer, and for choosing a replica it makes no difference.
 */
final class PromptPrefix {
    static final int BLOCK_BYTES = 1024;
    static final int BLOCKS_MAX = 64;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private PromptPrefix() {}

    /**
     * One hash for each whole block of the first 64 KiB, each over everything up to the end of its block: two prompts have
     * as many hashes in common as they have blocks in common from their beginning.
     *
     * @param messages their canonical bytes
     */
    static long[] chain(byte[] messages) {
        var chain = new long[Math.min(messages.length / BLOCK_BYTES, BLOCKS_MAX)];
        var hash = 0L;
        for (var block = 0; block < chain.length; block++) {
            hash = block(messages, block * BLOCK_BYTES, hash);
            chain[block] = hash;
        }
        return chain;
    }

    /**
     * The first block alone, so that a conversation keeps its key while it grows. Empty for a prompt that has no whole
     * block: to compute it again costs less than to wait for a certain replica.
     */
    static Optional<String> key(byte[] messages) {
        return messages.length < BLOCK_BYTES
                ? Optional.empty()
                : Optional.of(HexFormat.of().toHexDigits(block(messages, 0, 0)));
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
