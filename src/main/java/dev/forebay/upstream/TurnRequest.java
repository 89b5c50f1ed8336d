package dev.forebay.upstream;

import dev.forebay.chat.TurnObserver.Turn;
import io.vertx.core.MultiMap;
import java.time.Instant;

/**
 * One turn to be had.
 *
 * @param shownModel the name that the client asked for, which stands in the answer
 * @param path below the replica's base URL, such as {@code /chat/completions}
 * @param headers sent to the replica beside those that every request has
 * @param choices how many answers are asked for, each of which tells its own finish
 * @param deadline when the answer must be complete
 */
public record TurnRequest(
        Turn turn, String shownModel, String path, MultiMap headers, Body body, int choices, Instant deadline) {}
