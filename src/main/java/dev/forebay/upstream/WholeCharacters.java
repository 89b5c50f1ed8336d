package dev.forebay.upstream;

/**
 * Text in pieces without halves of characters at their ends. Engines that cut their text by UTF-16 send a character in
 * two escapes, one in each of two chunks; neither half can be written as UTF-8. The first is kept back for the second,
 * and one that stays alone becomes the replacement character.
 */
final class WholeCharacters {
    private static final String REPLACEMENT = "\ufffd";
    private String half = "";

    /** @return what can be shown by now; may be empty */
    String next(String piece) {
        if (piece.isEmpty()) {
            return piece;
        }
        var text = half + piece;
        var last = text.length() - 1;
        var isCut = Character.isHighSurrogate(text.charAt(last));
        half = isCut ? text.substring(last) : "";
        return wellFormed(isCut ? text.substring(0, last) : text);
    }

    /** What is left once no more comes. */
    String rest() {
        var rest = half.isEmpty() ? "" : REPLACEMENT;
        half = "";
        return rest;
    }

    private static String wellFormed(String text) {
        if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return text;
        }
        var clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point -> clean.append(
                        Character.getType(point) == Character.SURROGATE ? REPLACEMENT : Character.toString(point)));
        return clean.toString();
    }
}
