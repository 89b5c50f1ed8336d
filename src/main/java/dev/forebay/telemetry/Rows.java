package dev.forebay.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;

/**
 * Takes rows out whose model, nodepool or server the configuration no longer has. Whoever counts just now may still put
 * one of them back, so this is done again before each page. Used by one thread at a time.
 */
final class Rows {
    /** Keeps meters at hand by their labels. */
    interface Kept {
        /** Lets go of those whose labels have names that the configuration lacks. */
        void forgetWhatIsGone();
    }

    private final MeterRegistry registry;
    private final Names names;
    private final List<Kept> kept;
    private boolean changed;

    Rows(MeterRegistry registry, Names names, List<Kept> kept) {
        this.registry = registry;
        this.names = names;
        this.kept = List.copyOf(kept);
    }

    void replace(Configured configured) {
        // First what is gone so far: a name that comes back must not find half of its past.
        takeOut();
        names.replace(configured);
        changed = true;
        takeOut();
    }

    void refresh() {
        if (changed) {
            takeOut();
        }
    }

    private void takeOut() {
        for (var meter : registry.getMeters()) {
            if (isCounted(meter) && names.lack(meter.getId())) {
                registry.remove(meter);
            }
        }
        kept.forEach(Kept::forgetWhatIsGone);
    }

    /** Gauges and what is read when the page is asked for are kept in order by those that read them. */
    private static boolean isCounted(Meter meter) {
        return meter instanceof Timer || meter instanceof DistributionSummary || meter instanceof Counter;
    }
}
