package dev.forebay.chat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a turn runs, as far as that is decided, and what it waited for.
 *
 * @param nodepool null as long as it has no replica
 * @param replica the same
 * @param queued in all, for each of its tries
 * @param coldStart of that, while the replica that it got was still starting; zero if it did not wait for that
 */
public record RouteTaken(
        @Nullable String nodepool, @Nullable String replica, Duration queued, Duration coldStart) {}
