package dev.forebay;

import dev.forebay.telemetry.Configured;
import dev.forebay.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.List;

/**
 * What metrics may be labelled with: the names of the configuration in effect, and of each earlier one until the last of its
 * requests has ended. Thread-safe.
 */
final class NamesInUse {
    private final Telemetry telemetry;
    private final List<Configured> names = new ArrayList<>();

    /** @param first what the telemetry knows already */
    NamesInUse(Telemetry telemetry, Configured first) {
        this.telemetry = telemetry;
        names.add(first);
    }

    synchronized void add(Configured next) {
        names.add(next);
        tell();
    }

    synchronized void remove(Configured gone) {
        names.remove(gone);
        tell();
    }

    private void tell() {
        telemetry.configure(names.stream().reduce(Configured::and).orElseThrow());
    }
}
