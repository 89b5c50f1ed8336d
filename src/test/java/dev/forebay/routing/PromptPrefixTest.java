package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PromptPrefixTest {
    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void promptsShareAsManyHashesAsBlocks() {
        var one = bytes(10_000);
        var other = one.clone();
        other[3 * 1024] ^= 1;
        var chain = PromptPrefix.chain(one);
        var changed = PromptPrefix.chain(other);
        assertEquals(9, chain.length);
        assertArrayEquals(Arrays.copyOf(chain, 3), Arrays.copyOf(changed, 3));
        for (var block = 3; block < 9; block++) {
            assertNotEquals(chain[block], changed[block]);
        }
    }

    @Test
    void looksAtTheFirst64KibibytesOnly() {
        var prompt = bytes(200_000);
        var chain = PromptPrefix.chain(prompt);
        assertEquals(64, chain.length);
        assertArrayEquals(chain, PromptPrefix.chain(Arrays.copyOf(prompt, 65_536)));
    }

    @Test
    void aConversationKeepsItsKeyWhileItGrows() {
        var prompt = bytes(9_000);
        assertEquals(PromptPrefix.key(Arrays.copyOf(prompt, 1024)), PromptPrefix.key(prompt));
        assertNotEquals(PromptPrefix.key(bytes(9_000)), PromptPrefix.key(prompt));
    }

    @Test
    void aPromptOfLessThanABlockHasNoKey() {
        assertEquals(Optional.empty(), PromptPrefix.key(bytes(1023)));
        assertEquals(0, PromptPrefix.chain(bytes(1023)).length);
    }

    @Test
    void everyByteOfTheBlockCounts() {
        var prompt = bytes(1024);
        var keys = new HashSet<>();
        keys.add(PromptPrefix.key(prompt));
        for (var at = 0; at < 1024; at++) {
            for (var bit = 1; bit <= 128; bit <<= 1) {
                prompt[at] ^= (byte) bit;
                keys.add(PromptPrefix.key(prompt));
                prompt[at] ^= (byte) bit;
            }
        }
        assertEquals(1024 * 8 + 1, keys.size());
    }

    private byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
