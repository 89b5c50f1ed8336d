package dev.forebay.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Event;
import dev.forebay.chat.Sink;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the client is told over all rounds: handed to its sink at once, and kept, so that the answer at the end says the
 * same as the stream did. Between the words of two rounds stands an empty line.
 */
final class Transcript {
    private static final String BREAK = "\n\n";
    private final Sink out;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, StringBuilder> reasoning = new LinkedHashMap<>();
    private String reasoningMember = "reasoning_content";
    private boolean breakText;
    private boolean breakReasoning;

    Transcript(Sink out) {
        this.out = out;
    }

    void roundStarted(int round) throws InterruptedException {
        breakText = !text.isEmpty();
        breakReasoning = !reasoning.isEmpty();
        out.emit(new Event.RoundStarted(round));
    }

    void text(Event.Text piece) throws InterruptedException {
        if (breakText && !piece.text().isEmpty()) {
            breakText = false;
            if (needsBreak(text, piece.text())) {
                text.append(BREAK);
                out.emit(new Event.Text(BREAK, null));
            }
        }
        text.append(piece.text());
        out.emit(piece);
    }

    void reasoning(Event.Reasoning piece) throws InterruptedException {
        reasoningMember = piece.member();
        var kept = reasoning.computeIfAbsent(piece.member(), _ -> new StringBuilder());
        if (breakReasoning && !piece.text().isEmpty()) {
            breakReasoning = false;
            if (needsBreak(kept, piece.text())) {
                kept.append(BREAK);
                out.emit(new Event.Reasoning(BREAK, piece.member()));
            }
        }
        kept.append(piece.text());
        out.emit(piece);
    }

    /** A line about what tools do, told as if it were reasoning. */
    void activity(String line) throws InterruptedException {
        var kept = reasoning.computeIfAbsent(reasoningMember, _ -> new StringBuilder());
        var isAtStart = kept.isEmpty() || kept.charAt(kept.length() - 1) == '\n';
        var whole = (isAtStart ? "" : "\n") + line + "\n";
        kept.append(whole);
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
            message.put("content", text.toString());
        } else if (!message.has("content")) {
            message.putNull("content");
        }
        reasoning.forEach((member, kept) -> message.put(member, kept.toString()));
        return message;
    }

    private static boolean needsBreak(StringBuilder before, String next) {
        return !before.isEmpty()
                && !Character.isWhitespace(before.charAt(before.length() - 1))
                && !Character.isWhitespace(next.charAt(0));
    }
}
