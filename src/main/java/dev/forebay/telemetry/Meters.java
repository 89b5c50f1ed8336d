package dev.forebay.telemetry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The meters of one family by their label values: looked up for every request, so nothing is built on the way but the
 * key. Beyond a limit all further combinations share one. Thread-safe.
 */
final class Meters<K, M> {
    private static final int COMBINATIONS_MAX = 2000;

    private final Map<K, M> byLabels = new ConcurrentHashMap<>();
    private final K others;
    private final Function<K, M> make;

    /** @param others the labels of those beyond the limit */
    Meters(K others, Function<K, M> make) {
        this.others = others;
        this.make = make;
    }

    M of(K labels) {
        var known = byLabels.get(labels);
        if (known != null) {
            return known;
        }
        return byLabels.computeIfAbsent(byLabels.size() < COMBINATIONS_MAX ? labels : others, make);
    }

    /** Lets go of those with such labels. */
    void forget(Predicate<K> gone) {
        byLabels.keySet().removeIf(gone);
    }
}
