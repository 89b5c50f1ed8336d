package dev.forebay.upstream;

import dev.forebay.config.Default;

/**
 * How long a model turn may take, as {@code upstream:} in the configuration says.
 *
 * @param connectSeconds until a connection to a replica stands
 * @param firstEventSeconds from the request to the first event, or to the head of a whole answer
 * @param idleSeconds of silence in an answer that has begun; time in which the client does not read is not counted
 * @param totalSeconds for the whole request of a client, queue and all rounds included
 * @param keepAliveSeconds that an idle connection is kept; shorter than the 5 s of the common Python servers, since a
 *     request on a connection that the server is just closing is lost and has to be sent again
 * @param attemptsMax tries of one turn, on different replicas
 * @param connectionsMax to one replica from one event loop
 */
public record Timeouts(
        @Default("5") int connectSeconds,
        @Default("600") int firstEventSeconds,
        @Default("300") int idleSeconds,
        @Default("3600") int totalSeconds,
        @Default("4") int keepAliveSeconds,
        @Default("3") int attemptsMax,
        @Default("10000") int connectionsMax) {
    public Timeouts {
        positive("connect_seconds", connectSeconds);
        positive("first_event_seconds", firstEventSeconds);
        positive("idle_seconds", idleSeconds);
        positive("total_seconds", totalSeconds);
        positive("keep_alive_seconds", keepAliveSeconds);
        positive("attempts_max", attemptsMax);
        positive("connections_max", connectionsMax);
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + ": need 1 or more, got " + value);
        }
    }
}
