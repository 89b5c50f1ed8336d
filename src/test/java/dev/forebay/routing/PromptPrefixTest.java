package dev.forebay.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.forebay.chat.AffinityKey;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptPrefixTest {
    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void promptsShareAsManyHashesAsBlocks() {
        var one = bytes(10_000);
        var other = one.clone();
        other[3 * 1024] ^= 1;
        var hashes = hashes(one);
        var changed = hashes(other);
        assertEquals(9, hashes.size());
        assertEquals(hashes.subList(0, 3), changed.subList(0, 3));
        for (var block = 3; block < 9; block++) {
            assertNotEquals(hashes.get(block), changed.get(block));
        }
    }

    @Test
    void looksAtTheFirst64KibibytesOnly() {
        var prompt = bytes(200_000);
        assertEquals(64, hashes(prompt).size());
        assertEquals(hashes(prompt), hashes(Arrays.copyOf(prompt, 65_536)));
    }

    @Test
    void itDoesNotMatterWhatStandsAroundThePrompt() {
        var prompt = bytes(3000);
        var body = bytes(5000);
        System.arraycopy(prompt, 0, body, 100, 3000);
        assertEquals(hashes(prompt), hashes(PromptPrefix.of(body, 100, 3100)));
    }

    @Test
    void aPromptOfLessThanABlockHasNoKey() {
        assertEquals(Optional.empty(), PromptPrefix.of(bytes(2000), 500, 500 + 1023));
        assertEquals(Optional.empty(), PromptPrefix.of(bytes(2000), 0, 0));
    }

    @Test
    void everyByteOfTheBlockCounts() {
        var prompt = bytes(1024);
        var keys = new HashSet<>();
        keys.add(hashes(prompt));
        for (var at = 0; at < 1024; at++) {
            for (var bit = 1; bit <= 128; bit <<= 1) {
                prompt[at] ^= (byte) bit;
                keys.add(hashes(prompt));
                prompt[at] ^= (byte) bit;
            }
        }
        assertEquals(1024 * 8 + 1, keys.size());
    }

    private static List<Long> hashes(byte[] prompt) {
        return hashes(PromptPrefix.of(prompt, 0, prompt.length));
    }

    private static List<Long> hashes(Optional<AffinityKey.Prefix> key) {
        var prefix = key.orElseThrow();
        return IntStream.range(0, prefix.blocks()).mapToObj(prefix::hash).toList();
    }

    private byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
