package dev.forebay.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * The demo's tokens: a run of at most twelve letters and digits, or one other character, with the blanks before it.
 * Joined they are the text again.
 */
final class Tokens {
    private static final int WORD_CHARACTERS_MAX = 12;
    private static final int BLANKS_MAX = 16;

    private Tokens() {}

    static List<String> of(String text) {
        var tokens = new ArrayList<String>();
        for (var from = 0; from < text.length(); ) {
            var to = end(text, from);
            tokens.add(text.substring(from, to));
            from = to;
        }
        return tokens;
    }

    static int count(String text) {
        var count = 0;
        for (var from = 0; from < text.length(); from = end(text, from)) {
            count++;
        }
        return count;
    }

    private static int end(String text, int from) {
        var at = from;
        while (at < text.length() && at - from < BLANKS_MAX && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == text.length() || at - from == BLANKS_MAX) {
            return at;
        }
        var start = at;
        while (at < text.length()
                && at - start < WORD_CHARACTERS_MAX
                && Character.isLetterOrDigit(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at == start ? at + Character.charCount(text.codePointAt(at)) : at;
    }
}
