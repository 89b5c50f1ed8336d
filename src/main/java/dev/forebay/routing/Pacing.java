package dev.forebay.routing;

import java.time.Instant;
import java.util.ArrayDeque;

/**
 * Slows changes of a number of replicas down by an {@link Autoscale}'s delays. Up: a need that has lasted for the up delay
 * is followed as far as it lasted; a burst, and the first replica, at once. Down: to the highest need of the down delay.
 * The last replica goes after the delay to zero, counted from the last need. Pure; one caller at a time.
 */
final class Pacing {
    private record Sample(Instant at, int need) {}

    private Autoscale autoscale;
    // Needs of the last down delay, falling: the first is the highest (a monotonic queue).
    private final ArrayDeque<Sample> highest = new ArrayDeque<>();
    // Needs above what is there since the first of them, rising: the first is the lowest.
    private final ArrayDeque<Sample> lowest = new ArrayDeque<>();
    private Instant risenSince = Instant.MAX;
    private Instant lastNeed = Instant.MIN;
    private int desired;

    Pacing(Autoscale autoscale) {
        this.autoscale = autoscale;
    }

    void configure(Autoscale next) {
        autoscale = next;
    }

    int desired() {
        return desired;
    }

    /**
     * @param need replicas that the load of this moment asks for
     * @param burst whether it must be followed at once
     * @return replicas that there are to be
     */
    int follow(int need, boolean burst, Instant now) {
        while (!highest.isEmpty() && highest.getLast().need <= need) {
            highest.removeLast();
        }
        highest.add(new Sample(now, need));
        while (!now.isBefore(highest.getFirst().at.plusSeconds(autoscale.scaleDownDelaySeconds()))
                && highest.size() > 1) {
            highest.removeFirst();
        }
        if (need > 0) {
            lastNeed = now;
        }
        if (need > desired) {
            rise(need, burst, now);
        } else {
            settle();
            fall(now);
        }
        return desired;
    }

    /** So many are there without having been asked for: as if they had been needed until now. */
    void found(int replicas, Instant now) {
        highest.clear();
        highest.add(new Sample(now, replicas));
        lastNeed = now;
        desired = replicas;
    }

    private void rise(int need, boolean burst, Instant now) {
        if (desired == 0 || burst) {
            desired = need;
            settle();
            return;
        }
        if (risenSince.equals(Instant.MAX)) {
            risenSince = now;
        }
        while (!lowest.isEmpty() && lowest.getLast().need >= need) {
            lowest.removeLast();
        }
        lowest.add(new Sample(now, need));
        if (!now.isBefore(risenSince.plusSeconds(autoscale.scaleUpDelaySeconds()))) {
            desired = lowest.getFirst().need;
            settle();
        }
    }

    private void settle() {
        risenSince = Instant.MAX;
        lowest.clear();
    }

    private void fall(Instant now) {
        var wanted = highest.getFirst().need;
        if (wanted >= desired) {
            return;
        }
        if (wanted > 0) {
            desired = wanted;
        } else if (desired > 1) {
            desired = 1;
        } else if (!now.isBefore(lastNeed.plusSeconds(autoscale.scaleToZeroDelaySeconds()))) {
            desired = 0;
        }
    }
}
