package dev.forebay.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What happened, a line an event; nothing is written, and no line made, where nobody is to read it. */
final class Journal {
    private final boolean kept;
    private final List<String> lines = new ArrayList<>();

    private Journal(boolean kept) {
        this.kept = kept;
    }

    static Journal kept() {
        return new Journal(true);
    }

    static Journal none() {
        return new Journal(false);
    }

    void add(VirtualTime time, Supplier<String> what) {
        if (kept) {
            lines.add(String.format(Locale.ROOT, "%13.6f s  %s", time.nanos() / 1e9, what.get()));
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
