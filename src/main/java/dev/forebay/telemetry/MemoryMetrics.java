package dev.forebay.telemetry;

import dev.forebay.agent.InMemoryContinuations;
import dev.forebay.agent.RunMemory;
import dev.forebay.http.BodyMemory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What requests hold in this process, beside the bounds that hold it. */
final class MemoryMetrics {
    private final MeterRegistry registry;

    MemoryMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void register(BodyMemory bodies) {
        Gauge.builder("forebay.body.memory", bodies, BodyMemory::reservedBytes)
                .description("Request bodies that are read, queued or kept for another try")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
        Gauge.builder("forebay.body.memory.max", bodies, BodyMemory::bytesMax)
                .description("What they may take together (limits.body_memory_bytes_max)")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
    }

    void register(RunMemory runs) {
        Gauge.builder("forebay.run.memory", runs, RunMemory::heldBytes)
                .description("Answers and tool results that agentic requests keep until they end")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
        Gauge.builder("forebay.run.memory.max", runs, RunMemory::bytesMax)
                .description("What they may take together (runs.memory_bytes_max)")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
    }

    void register(InMemoryContinuations continuations) {
        Gauge.builder("forebay.continuations.turns", continuations, InMemoryContinuations::turns)
                .description("Hidden turns that are kept until clients come back with results of their own tools")
                .strongReference(true)
                .register(registry);
        Gauge.builder("forebay.continuations", continuations, InMemoryContinuations::bytes)
                .description("What they take")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
    }
}
