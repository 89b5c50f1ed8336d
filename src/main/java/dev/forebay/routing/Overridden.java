package dev.forebay.routing;

import java.time.Instant;
import java.util.Locale;

/**
 * One thing that an operator has set by the API, and that holds against the configuration until it is reset.
 *
 * @param id of the deployment, nodepool or replica
 * @param setting {@code enabled} or {@code replicas.NODEPOOL} of a deployment, {@code cordoned} of a nodepool or a
 *     replica, {@code draining} of a nodepool
 * @param value {@code true}, {@code false} or a number
 * @param by public id of the key that it was set with
 */
public record Overridden(Subject subject, String id, String setting, String value, Instant at, String by) {
    static final String ENABLED = "enabled";
    static final String REPLICAS = "replicas.";
    static final String CORDONED = "cordoned";
    static final String DRAINING = "draining";

    /** What is set. */
    public enum Subject {
        DEPLOYMENT,
        NODEPOOL,
        REPLICA;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As API, store and log call it. */
        public String word() {
            return word;
        }
    }

    boolean isOf(Subject of, String ofId) {
        return subject == of && id.equals(ofId);
    }
}
