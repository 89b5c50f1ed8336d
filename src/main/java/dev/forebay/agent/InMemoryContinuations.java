package dev.forebay.agent;

import dev.forebay.access.Caller;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Keeps turns in this process, the one used last at the end; safe for all threads. */
public final class InMemoryContinuations implements Continuations {
    private final ContinuationLimits limits;
    private final InstantSource clock;
    private final Map<Key, Turn> byCall = new HashMap<>();
    private final LinkedHashMap<Turn, Instant> lastUsed = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** Whose call it is belongs to the key: another caller's id finds nothing. */
    private record Key(String keyId, String user, String callId) {}

    /** Compared by identity: two turns of the same text are still two. */
    private static final class Turn {
        final Set<Key> keys;
        final String text;

        Turn(Set<Key> keys, String text) {
            this.keys = keys;
            this.text = text;
        }

        /** Strings take one or two bytes a character; counting two is on the safe side. */
        long bytes() {
            return 2L * text.length();
        }
    }

    public InMemoryContinuations(ContinuationLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public synchronized void park(Caller caller, Set<String> callIds, String text) {
        var keys = callIds.stream().map(id -> key(caller, id)).collect(Collectors.toUnmodifiableSet());
        var turn = new Turn(keys, text);
        if (turn.bytes() > limits.bytesMax()) {
            return;
        }
        var now = clock.instant();
        keys.forEach(key -> {
            var former = byCall.put(key, turn);
            if (former != null) {
                lastUsed.remove(former);
                bytes -= former.bytes();
                former.keys.forEach(k -> byCall.remove(k, former));
            }
        });
        lastUsed.put(turn, now);
        bytes += turn.bytes();
        dropWhatIsTooMuch(now);
    }

    @Override
    public synchronized Optional<String> find(Caller caller, String callId) {
        var now = clock.instant();
        dropWhatIsTooMuch(now);
        var turn = byCall.get(key(caller, callId));
        if (turn == null) {
            return Optional.empty();
        }
        lastUsed.put(turn, now);
        return Optional.of(turn.text);
    }

    /** How many turns are kept. */
    public synchronized int turns() {
        return lastUsed.size();
    }

    /** What they take. */
    public synchronized long bytes() {
        return bytes;
    }

    private void dropWhatIsTooMuch(Instant now) {
        var expired = now.minusSeconds(limits.ttlSeconds());
        var eldest = lastUsed.entrySet().iterator();
        while (eldest.hasNext()) {
            var entry = eldest.next();
            if (lastUsed.size() <= limits.turnsMax()
                    && bytes <= limits.bytesMax()
                    && entry.getValue().isAfter(expired)) {
                return;
            }
            eldest.remove();
            bytes -= entry.getKey().bytes();
            entry.getKey().keys.forEach(key -> byCall.remove(key, entry.getKey()));
        }
    }

    private static Key key(Caller caller, String callId) {
        return new Key(caller.keyId(), caller.user(), callId);
    }
}
