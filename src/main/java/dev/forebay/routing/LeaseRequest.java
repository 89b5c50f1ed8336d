package dev.forebay.routing;

import dev.forebay.chat.AffinityKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * @param model the id of a deployment
 * @param excluded replicas that have been tried already
 * @param deadline after which an answer is of no use
 * @param tenant whose request it is: the id of an API key, or empty; those who wait take turns by it
 * @param priority from -10 to 10, higher first; below zero it is the first to go when the queue is full
 * @param tokens what it is expected to take, prompt and answer
 * @param bytes of the body that is kept while it waits
 * @param nodepool the only one it may go to, if its sender chose one
 * @param affinity requests of the same session, or that begin alike, go to the same replica while it has room
 */
public record LeaseRequest(
        String model,
        Set<String> excluded,
        Instant deadline,
        String tenant,
        int priority,
        int tokens,
        int bytes,
        Optional<String> nodepool,
        Optional<AffinityKey> affinity) {
    public static final int PRIORITY_MIN = -10;
    public static final int PRIORITY_MAX = 10;

    public LeaseRequest {
        excluded = Set.copyOf(excluded);
        if (priority < PRIORITY_MIN || priority > PRIORITY_MAX) {
            throw new IllegalArgumentException(
                    "priority: need " + PRIORITY_MIN + " to " + PRIORITY_MAX + ", got " + priority);
        }
        if (tokens < 1 || bytes < 0) {
            throw new IllegalArgumentException(
                    "need tokens of 1 and bytes of 0 or more, got " + tokens + " and " + bytes);
        }
    }

    /** One of which nothing more is known. */
    public LeaseRequest(String model, Set<String> excluded, Instant deadline) {
        this(model, excluded, deadline, "", 0, 1, 0, Optional.empty(), Optional.empty());
    }
}
