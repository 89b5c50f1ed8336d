package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;

/** The beginning of a value for a message, short enough to be read. */
final class Excerpt {
    private static final int CHARS_MAX = 120;

    private Excerpt() {}

    static String of(JsonNode value) {
        return value.isContainerNode() && value.size() > 50
                ? (value.isArray() ? "a list of " : "an object of ") + value.size()
                : of(value.toString());
    }

    static String of(String text) {
        if (text.length() <= CHARS_MAX) {
            return text;
        }
        var end = Character.isHighSurrogate(text.charAt(CHARS_MAX - 1)) ? CHARS_MAX - 1 : CHARS_MAX;
        return text.substring(0, end) + "…";
    }
}
