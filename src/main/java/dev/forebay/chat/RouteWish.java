package dev.forebay.chat;

import java.util.Optional;

/**
 * Where a request is to run, and how soon.
 *
 * @param nodepool the only one that it may go to, if its sender chose one
 * @param priority higher goes first where requests wait; 0 is normal
 * @param affinity which replica is best, as far as it matters
 */
public record RouteWish(Optional<String> nodepool, int priority, Optional<AffinityKey> affinity) {
    public static final RouteWish NONE = new RouteWish(Optional.empty(), 0, Optional.empty());
}
