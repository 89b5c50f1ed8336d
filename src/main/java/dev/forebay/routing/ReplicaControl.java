package dev.forebay.routing;

/** Carries the scaler's orders out, usually by a {@link dev.forebay.compute.ReplicaProvider}. All return at once. */
public interface ReplicaControl {
    /** Starts the replica of this ordinal; its states come to {@link Router#changed}. */
    void start(String nodepool, int ordinal);

    /** Ends a replica that serves nobody any more, or that nobody wants to wait for. */
    void stop(String replicaId);

    /** There are to be so many replicas from now on; the orders follow. */
    void scaled(String nodepool, int before, int desired);
}
