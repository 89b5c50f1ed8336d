package dev.forebay.kubernetes;

/** What was ordered of a workload. */
sealed interface Order {
    /** @param mayLower false to leave the number as it is where it is higher */
    record Scale(int replicas, boolean mayLower) implements Order {}

    record Remove(String pod) implements Order {}
}
