package dev.forebay.compute;

import java.util.function.Consumer;

/**
 * Replicas that something else starts and ends, where Forebay says only how many there shall be: they have names of
 * their own and come and go by themselves.
 *
 * <p>Threads: all methods return at once; what they order is carried out in order, tried again with growing waits until
 * it succeeds or is overtaken by a later order, and seen in what {@link #watch} reports. A replica's states are reported
 * in order, on threads of the provider.
 *
 * <p>A replica that is about to end is reported as stopped as soon as that is known, while it still answers what it has
 * begun. Beside the replicas themselves there may be one named {@code <nodepool>/_pods} or {@code <nodepool>/_workload}
 * while the cluster cannot be read or does not carry out what was ordered: it is Failed or NoCapacity with the reason,
 * never ready, and is stopped once all is well.
 */
public interface ScaledProvider extends AutoCloseable {
    /**
     * Reports the nodepool's replicas from now on. A second call for the same nodepool takes the first one's place.
     *
     * @param changes hears of each state of each replica; must not block
     */
    void watch(Nodepool nodepool, Consumer<Replica> changes);

    /**
     * Sets how many replicas there shall be. Lowering it lets the cluster choose which of them end, with whatever they
     * are doing; {@link #remove} is the way down that loses nothing.
     *
     * @throws IllegalStateException if the nodepool is not watched
     */
    void scale(Nodepool nodepool, int replicas);

    /**
     * The same, but where there are more already they stay.
     *
     * @throws IllegalStateException if the nodepool is not watched
     */
    void raise(Nodepool nodepool, int replicas);

    /**
     * Lowers the number of replicas by one so that this one ends; it should have nothing to do any more. Where the
     * cluster lets only the youngest go (a StatefulSet, a LeaderWorkerSet), it waits until those with higher numbers
     * have left, so drain the one with the highest number first.
     *
     * @throws IllegalStateException if the nodepool is not watched
     */
    void remove(Nodepool nodepool, String replicaId);

    /** Stops watching this one; nothing if it is not watched. */
    void forget(Nodepool nodepool);

    /** Stops watching. The replicas stay as they are, for the next gateway to find. */
    @Override
    void close();
}
