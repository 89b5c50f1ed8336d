package dev.forebay.agent;

import java.util.ArrayList;
import java.util.List;

/**
 * Words of one kind over all rounds. While a round goes on its model keeps them, and afterwards they are here in the very
 * string that the round's message has in the history: an answer's text is in memory once.
 */
final class Said {
    private static final String BREAK = "\n\n";

    private final List<String> parts = new ArrayList<>();
    private boolean isEmpty = true;
    private boolean isBreakDue;
    private boolean isHeardNow;
    private char last;

    void roundStarted() {
        isBreakDue = !isEmpty;
    }

    /**
     * What must be said before this piece of the model's; mostly nothing. Between the words of two rounds stands an empty
     * line.
     */
    String before(String piece) {
        if (!isBreakDue || piece.isEmpty()) {
            return "";
        }
        isBreakDue = false;
        if (Character.isWhitespace(last) || Character.isWhitespace(piece.charAt(0))) {
            return "";
        }
        return add(BREAK);
    }

    /** A piece of the model's has come, which {@link #roundEnded} will bring again with all others. */
    void heard(String piece) {
        if (!piece.isEmpty()) {
            isHeardNow = true;
            isEmpty = false;
            last = piece.charAt(piece.length() - 1);
        }
    }

    void roundEnded(String whole) {
        if (isHeardNow) {
            isHeardNow = false;
            parts.add(whole);
        }
    }

    /** Words of our own, between two rounds. */
    String add(String words) {
        parts.add(words);
        isEmpty = false;
        last = words.charAt(words.length() - 1);
        return words;
    }

    boolean isEmpty() {
        return isEmpty;
    }

    boolean isAtLineStart() {
        return isEmpty || last == '\n';
    }

    String whole() {
        return parts.size() == 1 ? parts.getFirst() : String.join("", parts);
    }
}
