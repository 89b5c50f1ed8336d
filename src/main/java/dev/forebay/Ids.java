package dev.forebay;

import java.util.random.RandomGenerator;

/** Random ids of 24 letters and digits behind a prefix. */
final class Ids {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 24;

    private final RandomGenerator random;

    /** @param random must be thread-safe */
    Ids(RandomGenerator random) {
        this.random = random;
    }

    String next(String prefix) {
        var id = new StringBuilder(prefix.length() + LENGTH).append(prefix);
        // Ten characters of base 62 fit into 60 bits; 24 take three draws.
        var bits = 0L;
        for (var i = 0; i < LENGTH; i++) {
            if (i % 10 == 0) {
                bits = random.nextLong() >>> 1;
            }
            id.append(ALPHABET.charAt((int) (bits % 62)));
            bits /= 62;
        }
        return id.toString();
    }
}
