package dev.forebay.simulation;

import dev.forebay.routing.Live;

/** What one nodepool did, looked at once a second. */
final class PoolTally {
    private final int slots;
    private double replicaSeconds;
    private int replicasMax;
    private int openSeconds;
    private double slotSeconds;
    private double busySeconds;
    private int opened;

    PoolTally(int slots) {
        this.slots = slots;
    }

    void opened() {
        opened++;
    }

    void second(Live.Pool pool) {
        var replicas = pool.readyReplicas() + pool.startingReplicas();
        replicaSeconds += replicas;
        replicasMax = Math.max(replicasMax, replicas);
        openSeconds += pool.open() ? 1 : 0;
        slotSeconds += (double) pool.readyReplicas() * slots;
        busySeconds += pool.inFlight();
    }

    Outcome.Pool outcome(Live.Pool pool, int started) {
        return new Outcome.Pool(
                pool.nodepool(),
                pool.share(),
                replicaSeconds,
                replicasMax,
                started,
                opened,
                openSeconds,
                slotSeconds == 0 ? 0 : Math.min(1, busySeconds / slotSeconds));
    }
}
