package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Event;
import dev.forebay.chat.Sink;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the client is told over all rounds: handed to its sink at once, and remembered, so that the answer at the end says
 * the same as the stream did.
 */
final class Transcript {
    private final Sink out;
    private final Said text = new Said();
    private final Map<String, Said> reasoning = new LinkedHashMap<>();
    private String reasoningMember = "reasoning_content";

    Transcript(Sink out) {
        this.out = out;
    }

    void roundStarted(int round) throws InterruptedException {
        text.roundStarted();
        reasoning.values().forEach(Said::roundStarted);
        out.emit(new Event.RoundStarted(round));
    }

    void text(Event.Text piece) throws InterruptedException {
        var before = text.before(piece.text());
        if (!before.isEmpty()) {
            out.emit(new Event.Text(before, null));
        }
        text.heard(piece.text());
        out.emit(piece);
    }

    void reasoning(Event.Reasoning piece) throws InterruptedException {
        reasoningMember = piece.member();
        var said = reasoning.computeIfAbsent(piece.member(), _ -> new Said());
        var before = said.before(piece.text());
        if (!before.isEmpty()) {
            out.emit(new Event.Reasoning(before, piece.member()));
        }
        said.heard(piece.text());
        out.emit(piece);
    }

    /** @param message the model's, with the text and the reasoning that came in this round */
    void roundEnded(ObjectNode message) {
        text.roundEnded(words(message.path("content")));
        reasoning.forEach((member, said) -> said.roundEnded(message.path(member).asText("")));
    }

    /** Of a list, as some engines make of thoughts, the text is the last part. */
    private static String words(JsonNode content) {
        return content.isArray() ? content.path(content.size() - 1).path("text").asText("") : content.asText("");
    }

    /** A line about what tools do, told as if it were reasoning. */
    void activity(String line) throws InterruptedException {
        var said = reasoning.computeIfAbsent(reasoningMember, _ -> new Said());
        var whole = said.add((said.isAtLineStart() ? "" : "\n") + line + "\n");
        out.emit(new Event.Reasoning(whole, reasoningMember));
    }

    void pass(Event event) throws InterruptedException {
        out.emit(event);
    }

    void flush() throws InterruptedException {
        out.flush();
    }

    /** The last round's message with the words of all rounds. */
    ObjectNode message(ObjectNode last) {
        var message = last.deepCopy();
        message.put("role", "assistant");
        if (!text.isEmpty()) {
            message.put("content", text.whole());
        } else if (!message.has("content")) {
            message.putNull("content");
        }
        reasoning.forEach((member, said) -> message.put(member, said.whole()));
        return message;
    }
}
