package dev.forebay.agent;

import dev.forebay.access.Caller;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the hidden part of a turn that ended with calls of the client's own tools, until the client posts their results.
 * A turn is found as often as it is asked for: the client sends its whole history again with every request, and a
 * request that failed may come again. Both methods are called on virtual threads and may block.
 */
public interface Continuations {
    /**
     * Keeps a turn under the ids of the calls that the client was shown. A turn that cannot be kept is dropped; the
     * conversation then goes on with what the client sends.
     *
     * @param turn JSON, opaque to the keeper
     */
    void park(Caller caller, Set<String> callIds, String turn);

    /** The turn that an id belongs to, if this very caller (key and user) parked it and it is still there. */
    Optional<String> find(Caller caller, String callId);
}
