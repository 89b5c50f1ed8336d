package dev.forebay;

import java.util.random.RandomGenerator;

/** Random ids of 24 letters and digits behind a prefix. */
final class Ids {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 24;

    // Each draw takes locks and a round of hashing; many ids' worth at once costs little more than one.
    private static final int DRAWN_AT_ONCE = 64;

    private final RandomGenerator random;
    private final byte[] drawn = new byte[DRAWN_AT_ONCE * LENGTH];
    private int used = drawn.length;

    /** @param random must be thread-safe */
    Ids(RandomGenerator random) {
        this.random = random;
    }

    String next(String prefix) {
        var id = new StringBuilder(prefix.length() + LENGTH).append(prefix);
        synchronized (drawn) {
            if (used == drawn.length) {
                random.nextBytes(drawn);
                used = 0;
            }
            for (var end = used + LENGTH; used < end; used++) {
                id.append(ALPHABET.charAt(Byte.toUnsignedInt(drawn[used]) % ALPHABET.length()));
            }
        }
        return id.toString();
    }
}
