package dev.forebay.agent;

import dev.forebay.chat.Completion;
import dev.forebay.chat.ToolCall;
import java.util.List;
import java.util.Optional;

/**
 * What a round came to.
 *
 * @param asked the calls that count, in order
 * @param cutOff the last of them, if the engine stopped at its token limit while writing it
 */
record Turn(Completion completion, List<Asked> asked, Optional<Asked> cutOff) {
    /**
     * The end of a run.
     *
     * @param calls that the client has to run
     */
    record End(String stopReason, String finishReason, List<ToolCall> calls) {}

    /** @param asked may be fewer calls than the completion has, if the client forbade parallel ones */
    static Turn of(Completion completion, List<Asked> asked) {
        // Engines close what they broke off, so that a call can look whole without being so: the last one never counts.
        var isCut = completion.finishReason().equals("length")
                && !asked.isEmpty()
                && asked.size() == completion.toolCalls().size();
        return new Turn(completion, List.copyOf(asked), isCut ? Optional.of(asked.getLast()) : Optional.empty());
    }

    /**
     * The end if no tool of ours may be run after this round: there is no call; or calls are forbidden; or nothing but a
     * call that was broken off; or the client was shown one that was. Otherwise the loop goes on.
     */
    Optional<End> endWithoutTools(boolean callsForbidden) {
        var finish = completion.finishReason();
        if (asked.isEmpty() || (callsForbidden && clientCalls().isEmpty())) {
            var isLength = finish.equals("length");
            return Optional.of(new End(
                    isLength ? "length" : "stop",
                    finish.isBlank() || finish.equals("tool_calls") ? "stop" : finish,
                    List.of()));
        }
        if (finish.equals("content_filter")) {
            return Optional.of(new End("stop", finish, clientCalls()));
        }
        var onlyCutOff = cutOff.isPresent() && asked.size() == 1;
        if (onlyCutOff || cutOff.filter(Asked.Clients.class::isInstance).isPresent()) {
            return Optional.of(new End("length", "length", clientCalls()));
        }
        return callsForbidden ? Optional.of(withClientCalls()) : Optional.empty();
    }

    /** The end that hands the client its calls. */
    End withClientCalls() {
        return new End("client_tools", "tool_calls", clientCalls());
    }

    /** The client's calls as it was shown them. */
    List<ToolCall> clientCalls() {
        return asked.stream()
                .filter(Asked.Clients.class::isInstance)
                .map(Asked.Clients.class::cast)
                .map(Asked.Clients::shown)
                .toList();
    }

    /** All calls as they stand in the history. */
    List<ToolCall> calls() {
        return asked.stream().map(Asked::call).toList();
    }
}
