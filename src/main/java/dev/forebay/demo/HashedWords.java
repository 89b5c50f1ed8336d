package dev.forebay.demo;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Vectors from words by feature hashing (Weinberger et al., 2009): each word, and each pair of neighbours with less
 * weight, adds to places that its hash names. Texts with the same words come out near each other; that is all they know.
 */
final class HashedWords {
    private static final float PAIR_WEIGHT = 0.5f;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private HashedWords() {}

    /** Of length 1; the words must not be empty. */
    static float[] vector(List<String> words, int dimensions) {
        var sums = new double[dimensions];
        for (var i = 0; i < words.size(); i++) {
            add(sums, words.get(i), 1);
            if (i > 0) {
                add(sums, words.get(i - 1) + " " + words.get(i), PAIR_WEIGHT);
            }
        }
        var square = 0.0;
        for (var sum : sums) {
            square += sum * sum;
        }
        // Words may cancel each other out; the place of the first one is as good as any then.
        if (square == 0) {
            sums[(int) Long.remainderUnsigned(hash(words.getFirst()), dimensions)] = 1;
            square = 1;
        }
        var length = Math.sqrt(square);
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++) {
            vector[i] = (float) (sums[i] / length);
        }
        return vector;
    }

    private static void add(double[] sums, String feature, double weight) {
        var hash = hash(feature);
        for (var part = 0; part < 2; part++) {
            sums[(int) Long.remainderUnsigned(hash, sums.length)] += (hash >>> 63) == 0 ? weight : -weight;
            hash = mixed(hash);
        }
    }

    /** FNV-1a, mixed so that the high bits know of the last letters. */
    private static long hash(String text) {
        var hash = FNV_OFFSET;
        for (var b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return mixed(hash);
    }

    private static long mixed(long hash) {
        var mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
