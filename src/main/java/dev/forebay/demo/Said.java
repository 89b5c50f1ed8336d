package dev.forebay.demo;

import java.time.LocalDate;
import java.util.Set;

/**
 * A clause with all that is read from it once, whatever tools there are.
 *
 * @param text with the number that "it" stands for put in
 * @param head the beginning of the text, where names, places, paths and numbers are looked for
 * @param words stems of what the head says, and of what its forms imply
 * @param today what "today" means
 */
record Said(String text, String head, Earlier earlier, LocalDate today, Mentions mentions, Set<String> words) {
    private static final int HEAD_CHARACTERS_MAX = 2_000;

    static Said of(String clause, Earlier earlier, LocalDate today) {
        var text = earlier.putInto(clause);
        var head = text.substring(0, Math.min(text.length(), HEAD_CHARACTERS_MAX));
        return new Said(text, head, earlier, today, Mentions.in(head, today), Match.words(head));
    }
}
