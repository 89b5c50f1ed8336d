package dev.forebay.telemetry;

import dev.forebay.control.ReloadObserver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;

/** Whether the configuration in effect is the one in the files, by the names that Prometheus has for itself. */
final class ReloadMetrics implements ReloadObserver {
    private volatile boolean successful = true;
    private volatile double successSeconds;

    ReloadMetrics(MeterRegistry registry) {
        Gauge.builder("forebay.config.last.reload.successful", this, metrics -> metrics.successful ? 1 : 0)
                .description("1 unless the last reload of the configuration was refused")
                .strongReference(true)
                .register(registry);
        Gauge.builder("forebay.config.last.reload.success.timestamp", this, metrics -> metrics.successSeconds)
                .description(
                        "When a reload of the configuration last took effect, in seconds since 1970; 0 before the first")
                .baseUnit("seconds")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void reloaded(Instant at) {
        successful = true;
        successSeconds = at.toEpochMilli() / 1000.0;
    }

    @Override
    public void refused() {
        successful = false;
    }
}
