package dev.forebay.upstream;

import dev.forebay.compute.Endpoint;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Replicas that end a connection after an answer without saying so before, as llama.cpp does after each stream. What is
 * sent on such a connection is lost, so for a while each of their requests gets one of its own. Belongs to one event loop.
 */
final class FreshOnly {
    /** Any server may once close a connection at a bad moment; that must not cost it kept connections for good. */
    private static final long REMEMBERED_NANOS = 60_000_000_000L;

    private static final int REPLICAS_MAX = 1000;

    private final Map<Endpoint, Long> since = new LinkedHashMap<>();

    void add(Endpoint replica, long now) {
        since.remove(replica);
        since.put(replica, now);
        if (since.size() > REPLICAS_MAX) {
            since.remove(since.keySet().iterator().next());
        }
    }

    boolean contains(Endpoint replica, long now) {
        if (since.isEmpty()) {
            return false;
        }
        var learned = since.get(replica);
        if (learned == null) {
            return false;
        }
        if (now - learned < REMEMBERED_NANOS) {
            return true;
        }
        since.remove(replica);
        return false;
    }
}
