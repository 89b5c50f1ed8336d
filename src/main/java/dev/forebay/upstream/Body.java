package dev.forebay.upstream;

import io.vertx.core.buffer.Buffer;

/** The body of a request, made for each attempt anew, since nodepools differ in the name of the model. */
@FunctionalInterface
public interface Body {
    /**
     * @param model the name that the replica knows the model by
     * @param streamUsage whether the replica takes {@code stream_options}
     */
    Buffer forReplica(String model, boolean streamUsage);

    /** About how many it has: what is kept of the request while it waits for a slot. */
    default int bytes() {
        return 0;
    }
}
