package dev.forebay.routing;

/**
 * What the autoscaler wants of one nodepool, for the rules of the deployments that use it. Written by the {@link Scaler},
 * read under any deployment's lock.
 */
final class Target {
    private volatile int desired;
    private volatile boolean atCapacity;

    void set(int desired, boolean atCapacity) {
        this.desired = desired;
        this.atCapacity = atCapacity;
    }

    /** Replicas that there are to be. */
    int desired() {
        return desired;
    }

    /** Whether the nodepool can have no more, of whatever deployment. */
    boolean isAtCapacity() {
        return atCapacity;
    }
}
