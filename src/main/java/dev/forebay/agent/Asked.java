package dev.forebay.agent;

import dev.forebay.agent.Tools.Tool;
import dev.forebay.chat.ToolCall;

/** A call that the model asked for, by whose it is. The id is the one in the history, unique in its round. */
sealed interface Asked {
    ToolCall call();

    record Ours(ToolCall call, Tool tool) implements Asked {}

    /** @param shown the same call as the client was shown it */
    record Clients(ToolCall call, ToolCall shown) implements Asked {}

    /** The model made the name up. */
    record Unknown(ToolCall call) implements Asked {}
}
