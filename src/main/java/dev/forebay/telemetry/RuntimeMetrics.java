package dev.forebay.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;

/**
 * Memory, garbage collection, threads, processor and open files of this JVM. Registered when first asked for: the JDK's
 * management beans take a good part of a second to load, which the start can do without.
 */
final class RuntimeMetrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private boolean registered;

    RuntimeMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    synchronized void register() {
        if (registered) {
            return;
        }
        registered = true;
        List.of(
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics(),
                        collections)
                .forEach(binder -> binder.bindTo(registry));
    }

    @Override
    public synchronized void close() {
        if (registered) {
            collections.close();
        }
    }
}
