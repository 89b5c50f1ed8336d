package dev.forebay.routing;

import java.time.Duration;

/**
 * @param slots requests in flight at one replica; 0 for no limit
 * @param adaptive whether that is an upper bound (64 if there is no limit) below which each replica finds its own
 * @param slowStart how long a replica that has become ready counts as a smaller one
 */
record FleetSettings(int slots, boolean adaptive, Duration slowStart, Ejection.Settings ejection) {
    FleetSettings {
        if (slots < 0) {
            throw new IllegalArgumentException("slots: need 0 (no limit) or more, got " + slots);
        }
        if (slowStart.isNegative()) {
            throw new IllegalArgumentException("slow_start: need 0 or more, got " + slowStart);
        }
    }

    static FleetSettings of(Capacity capacity) {
        return new FleetSettings(
                capacity.slots(), capacity.adaptive(), capacity.slowStart(), Ejection.Settings.of(capacity.failover()));
    }

    static FleetSettings defaults(int slots) {
        return new FleetSettings(slots, false, Duration.ofSeconds(30), Ejection.Settings.defaults());
    }
}
