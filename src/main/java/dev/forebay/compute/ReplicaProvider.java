package dev.forebay.compute;

import java.util.function.Consumer;

/**
 * Starts and stops the replicas of nodepools of one kind. A provider keeps a started replica alive until it is stopped:
 * one that dies is started again, after 1, 2, 4, up to 60 seconds.
 *
 * <p>Threads: all methods return at once. A replica's states are reported in order, on any thread, the first of them
 * before {@link #start} returns.
 */
public interface ReplicaProvider extends AutoCloseable {
    /**
     * Starts a replica. One that is being stopped may be started again: it is reported as stopped then, and the new one
     * starts once nothing of the old one is left.
     *
     * @param changes hears of each state of the replica; must not block
     */
    void start(Nodepool nodepool, int ordinal, Consumer<Replica> changes);

    /** Ends the replica; it is reported as stopped once nothing of it is left. */
    void stop(String replicaId);

    /** Ends all replicas and waits, for a bounded time, until nothing of them is left. */
    @Override
    void close();
}
