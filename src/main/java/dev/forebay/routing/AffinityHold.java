package dev.forebay.routing;

import dev.forebay.chat.AffinityKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sessions whose last request went to a nodepool after the first because those before it had no slot. What such a request has
 * left in the caches there is worth a little more than the precedence: for {@link #LASTS} after its end the session's next
 * request goes there too. One that goes there for that reason alone does not lengthen it, so that a session is back at the
 * first nodepool soon after there is room. Guarded by the deployment's lock.
 */
final class AffinityHold {
    static final Duration LASTS = Duration.ofSeconds(2);
    static final int SESSIONS_MAX = 10_000;

    private record Held(int rank, Instant until) {}

    // By a hash, since a name may be as long as a header.
    private final Map<Long, Held> held = new LinkedHashMap<>();

    /** A request has ended that went where the precedence sent it. */
    void ended(Optional<AffinityKey> key, int rank, Instant now) {
        if (rank == 0 && held.isEmpty()) {
            return;
        }
        if (key.isPresent() && key.get() instanceof AffinityKey.Session(var id)) {
            var session = Hash64.of(id);
            held.remove(session);
            if (rank > 0) {
                held.put(session, new Held(rank, now.plus(LASTS)));
                if (held.size() > SESSIONS_MAX) {
                    held.remove(held.keySet().iterator().next());
                }
            }
        }
    }

    /** Where the next request of the session goes, if there is a slot and the nodepool is open. */
    OptionalInt rank(Optional<AffinityKey> key, Instant now) {
        if (held.isEmpty() || key.isEmpty() || !(key.get() instanceof AffinityKey.Session(var id))) {
            return OptionalInt.empty();
        }
        var session = Hash64.of(id);
        var known = held.get(session);
        if (known == null) {
            return OptionalInt.empty();
        }
        if (now.isBefore(known.until)) {
            return OptionalInt.of(known.rank);
        }
        held.remove(session);
        return OptionalInt.empty();
    }
}
