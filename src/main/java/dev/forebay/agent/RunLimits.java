package dev.forebay.agent;

import java.util.Optional;

/**
 * Bounds of all agentic requests together, as {@code runs:} in the configuration says. What one of them may spend is in
 * its model's {@link Budgets}.
 *
 * @param memoryBytesMax of answers of the rounds and results of the tools, which each request keeps until it ends; the one
 *     that would go over it ends with an error. A quarter of the heap if absent
 */
public record RunLimits(Optional<Long> memoryBytesMax) {
    public RunLimits {
        if (memoryBytesMax.isPresent() && memoryBytesMax.get() < 1024 * 1024) {
            throw new IllegalArgumentException("memory_bytes_max: need 1 MiB or more, got " + memoryBytesMax.get());
        }
    }
}
