package dev.forebay.compute;

import java.time.Instant;

/**
 * One server of a nodepool.
 *
 * @param id unique in the gateway and stable over restarts of the replica: nodepool, a slash, its ordinal from 0 or the
 *     name of its pod
 */
public record Replica(String id, String nodepool, State state) {
    public static String id(String nodepool, int ordinal) {
        return nodepool + "/" + ordinal;
    }

    /** Empty if it is no replica's id. */
    public static String nodepoolOf(String id) {
        return id.substring(0, Math.max(0, id.lastIndexOf('/')));
    }

    /** What a replica can be. A provider reports each change once, in order. */
    public sealed interface State {
        /** @param note what it is still prepared by, such as a download; empty once its process runs */
        record Starting(Instant since, String note) implements State {
            public Starting(Instant since) {
                this(since, "");
            }
        }

        record Ready(Endpoint endpoint) implements State {}

        /**
         * It ended or never got ready, and will be started again.
         *
         * @param reason with paths, output and remedy, for whoever runs the gateway
         * @param brief the same for clients
         * @param down true after three failures in a row: requests need not wait for it
         */
        record Failed(String reason, String brief, Instant retryAt, boolean down) implements State {}

        /**
         * It was asked for and there is no place for it: every GPU or instance of its nodepool is in use, no node takes the
         * pod, or a quota is used up. It starts by itself once there is.
         *
         * @param reason for whoever runs the gateway
         * @param since when it has been waiting
         */
        record NoCapacity(String reason, Instant since) implements State {}

        record Stopped() implements State {}
    }

    public Replica become(State next) {
        return new Replica(id, nodepool, next);
    }
}
