package dev.forebay.telemetry;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The values that one label may take. What is not among them becomes {@link #OTHER}, so that no client can add series by
 * making up names. Thread-safe.
 */
final class Words {
    static final String OTHER = "_other";
    private static final int LENGTH_MAX = 128;

    private final int max;
    private volatile Set<String> taken;

    private Words(Set<String> taken, int max) {
        this.taken = taken;
        this.max = max;
    }

    /** Only these. */
    static Words known(Collection<String> words) {
        return new Words(Set.copyOf(words), 0);
    }

    /** The first {@code max} that come. */
    static Words first(int max) {
        return new Words(ConcurrentHashMap.newKeySet(), max);
    }

    /** The word itself or {@link #OTHER}; empty for null, which to Prometheus is the same as no label. */
    String of(@Nullable String word) {
        if (word == null) {
            return "";
        }
        return taken.contains(word) || (max > 0 && take(word)) ? word : OTHER;
    }

    /** Puts others in the place of known ones. */
    void replace(Collection<String> known) {
        taken = Set.copyOf(known);
    }

    /** True for a label that no longer has a word. */
    boolean lacks(String label) {
        return !label.isEmpty() && !label.equals(OTHER) && !taken.contains(label);
    }

    private synchronized boolean take(String word) {
        return !word.isEmpty() && word.length() <= LENGTH_MAX && taken.size() < max && taken.add(word);
    }
}
