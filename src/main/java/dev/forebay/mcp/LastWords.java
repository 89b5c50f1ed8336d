package dev.forebay.mcp;

import org.jspecify.annotations.Nullable;

/**
 * The cause of a failure: what the server wrote before it. It may hold anything, secrets too, so it is for the log and for
 * whoever runs the gateway; callers and models get the failure's own message only.
 */
final class LastWords extends Exception {
    private static final long serialVersionUID = 1L;

    private LastWords(String words) {
        super(words);
    }

    /** Null if the server wrote nothing. */
    static @Nullable LastWords of(String words) {
        return words.isEmpty() ? null : new LastWords(words);
    }

    /** To be put behind the failure's message; empty if there are none. */
    static String behind(Throwable failure) {
        return failure.getCause() instanceof LastWords words ? behind(String.valueOf(words.getMessage())) : "";
    }

    static String behind(String words) {
        return words.isEmpty() ? "" : "; its log ends: " + words;
    }
}
