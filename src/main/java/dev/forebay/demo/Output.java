package dev.forebay.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * An answer cut into pieces of one token each, with the request's limits applied.
 *
 * @param finishReason stop, length or tool_calls
 */
record Output(List<Piece> pieces, String finishReason) {
    Output {
        pieces = List.copyOf(pieces);
    }

    /**
     * @param tokensMax the answer's tokens, reasoning and calls included
     * @param stops texts before which the answer ends
     * @param ids makes the ids of calls
     */
    static Output of(Reply reply, int tokensMax, List<String> stops, Supplier<String> ids) {
        var pieces = new ArrayList<Piece>();
        Tokens.of(reply.reasoning()).forEach(token -> pieces.add(new Piece.Reasoning(token)));
        Tokens.of(cut(reply.text(), stops)).forEach(token -> pieces.add(new Piece.Text(token)));
        for (var index = 0; index < reply.calls().size(); index++) {
            var call = reply.calls().get(index);
            pieces.add(new Piece.CallStart(index, "call_" + ids.get(), call.name()));
            for (var token : Tokens.of(call.arguments().toString())) {
                pieces.add(new Piece.CallArguments(index, token));
            }
        }
        if (pieces.size() > tokensMax) {
            return new Output(pieces.subList(0, tokensMax), "length");
        }
        return new Output(pieces, reply.calls().isEmpty() ? "stop" : "tool_calls");
    }

    int tokens() {
        return pieces.size();
    }

    int reasoningTokens() {
        return (int) pieces.stream().filter(Piece.Reasoning.class::isInstance).count();
    }

    private static String cut(String text, List<String> stops) {
        var end = text.length();
        for (var stop : stops) {
            var at = text.indexOf(stop);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        return text.substring(0, end);
    }
}
