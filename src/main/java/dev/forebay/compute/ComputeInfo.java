package dev.forebay.compute;

import dev.forebay.config.Default;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Processors, memory and accelerators, in the quantities of Kubernetes. Empty where nothing is said.
 *
 * @param cpuLimit processors at most, such as {@code 8} or {@code 500m}
 * @param cpuMemory memory at most, such as {@code 16Gi}
 * @param cpuRequests processors that are set aside
 * @param cpuMemoryRequests memory that is set aside
 * @param numAccelerators accelerators of one machine, 0 for none
 * @param acceleratorMemory memory of one accelerator
 * @param acceleratorType kinds that will do, such as {@code NVIDIA-A10G} or {@code NVIDIA-*}
 * @param acceleratorTopology shapes of several connected accelerators that will do
 */
public record ComputeInfo(
        @Default("") String cpuLimit,
        @Default("") String cpuMemory,
        @Default("") String cpuRequests,
        @Default("") String cpuMemoryRequests,
        @Default("0") int numAccelerators,
        @Default("") String acceleratorMemory,
        @Default("[]") List<String> acceleratorType,
        @Default("[]") List<String> acceleratorTopology) {
    private static final Pattern QUANTITY = Pattern.compile("|\\d+(\\.\\d+)?(m|[kMGTP]|[KMGTP]i)?");

    public ComputeInfo {
        acceleratorType = List.copyOf(acceleratorType);
        acceleratorTopology = List.copyOf(acceleratorTopology);
        quantity("cpu_limit", cpuLimit);
        quantity("cpu_memory", cpuMemory);
        quantity("cpu_requests", cpuRequests);
        quantity("cpu_memory_requests", cpuMemoryRequests);
        quantity("accelerator_memory", acceleratorMemory);
        if (numAccelerators < 0) {
            throw new IllegalArgumentException("num_accelerators: need 0 or more, got " + numAccelerators);
        }
    }

    private static void quantity(String key, String written) {
        if (!QUANTITY.matcher(written).matches()) {
            throw new IllegalArgumentException(
                    key + ": need a quantity such as 8, 500m or 16Gi, got \"" + written + "\"");
        }
    }
}
