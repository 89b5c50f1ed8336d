package dev.forebay.routing;

import java.util.Arrays;

/** Sums over the replicas of a fleet that take requests, kept up to date replica by replica. */
final class Totals {
    private int taking;
    private int eligible;
    private long capacity;
    private long free;
    private long inFlight;
    private int[] replicasByInFlight = new int[64];
    private int least;
    private int most;

    /** Replaces what was counted of the replica before. */
    void count(Member member) {
        var takes = member.takesRequests();
        spread(member, takes);
        taking += (takes ? 1 : 0) - (member.counted ? 1 : 0);
        eligible += (member.isEligible() ? 1 : 0) - (member.countedEligible ? 1 : 0);
        var slots = member.capacity();
        var freeNow = member.free();
        capacity += slots - member.countedSlots;
        free += freeNow - member.countedFree;
        member.counted = takes;
        member.countedEligible = member.isEligible();
        member.countedSlots = slots;
        member.countedFree = freeNow;
        member.countedInFlight = member.inFlight;
    }

    int taking() {
        return taking;
    }

    /** With those that are ejected or paused. */
    int eligible() {
        return eligible;
    }

    int capacity() {
        return (int) Math.min(Integer.MAX_VALUE, capacity);
    }

    int free() {
        return (int) Math.min(Integer.MAX_VALUE, free);
    }

    double meanInFlight() {
        return taking == 0 ? 0 : (double) inFlight / taking;
    }

    /** Between the busiest and the idlest replica. */
    int spread() {
        return taking == 0 ? 0 : most - least;
    }

    private void spread(Member member, boolean takes) {
        if (member.counted) {
            replicasByInFlight[member.countedInFlight]--;
            inFlight -= member.countedInFlight;
        }
        var others = taking - (member.counted ? 1 : 0);
        if (takes) {
            var now = member.inFlight;
            if (now >= replicasByInFlight.length) {
                replicasByInFlight = Arrays.copyOf(replicasByInFlight, now * 2);
            }
            replicasByInFlight[now]++;
            inFlight += now;
            least = others == 0 ? now : Math.min(least, now);
            most = others == 0 ? now : Math.max(most, now);
        } else if (others == 0) {
            return;
        }
        // A request more or less moves an end by one step; only a replica that leaves can make it more.
        while (replicasByInFlight[least] == 0) {
            least++;
        }
        while (replicasByInFlight[most] == 0) {
            most--;
        }
    }
}
