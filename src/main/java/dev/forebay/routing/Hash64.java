package dev.forebay.routing;

/** Hashes that are the same in every gateway and every release: requests for a key must meet again where they were. */
final class Hash64 {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private Hash64() {}

    static long of(String text) {
        var hash = (long) text.length();
        for (var i = 0; i < text.length(); i++) {
            hash = mix(hash ^ text.charAt(i));
        }
        return hash;
    }

    /** The n-th number of the sequence that a replica's hash begins. */
    static long weight(long hash, int n) {
        return mix(hash + n * STEP);
    }

    /** Every bit of the result depends on every bit of the value: the finalizer of SplitMix64 after its step. */
    static long mix(long value) {
        var z = value + STEP;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
