package dev.forebay.upstream;

import dev.forebay.chat.RouteWish;
import dev.forebay.chat.TurnObserver.Turn;
import dev.forebay.routing.LeaseRequest;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.Set;

/**
 * One turn to be had.
 *
 * @param shownModel the name that the client asked for, which stands in the answer
 * @param path below the replica's base URL, such as {@code /chat/completions}
 * @param headers sent to the replica beside those that every request has
 * @param choices how many answers are asked for, each of which tells its own finish
 * @param deadline when the answer must be complete
 * @param wish where it is to run
 */
public record TurnRequest(
        Turn turn,
        String shownModel,
        String path,
        MultiMap headers,
        Body body,
        int choices,
        Instant deadline,
        RouteWish wish) {
    // What a request is expected to take, so that keys whose requests are large wait longer for their next turn.
    private static final int BYTES_OF_A_TOKEN = 4;
    private static final int TOKENS_OF_AN_ANSWER = 512;

    /** @param tried replicas that must not be tried again */
    LeaseRequest lease(Set<String> tried) {
        var bytes = body.bytes();
        return new LeaseRequest(
                turn.model(),
                tried,
                deadline,
                turn.keyId(),
                wish.priority(),
                bytes / BYTES_OF_A_TOKEN + TOKENS_OF_AN_ANSWER,
                bytes,
                wish.nodepool(),
                wish.affinity());
    }
}
