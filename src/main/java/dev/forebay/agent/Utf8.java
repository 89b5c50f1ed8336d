package dev.forebay.agent;

/** Text by its size in UTF-8, cut between characters only. */
final class Utf8 {
    private Utf8() {}

    static long length(String text) {
        return length(text, 0, text.length());
    }

    private static long length(String text, int from, int to) {
        var bytes = 0L;
        for (var i = from; i < to; ) {
            var point = text.codePointAt(i);
            bytes += width(point);
            i += Character.charCount(point);
        }
        return bytes;
    }

    private static int width(int point) {
        return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    }

    /** As much of the beginning as fits. */
    static String head(String text, int bytesMax) {
        return text.substring(0, headEnd(text, bytesMax));
    }

    /** Beginning and end of a text that is too long, with a note in between of how much is missing. */
    static String headAndTail(String text, int bytesMax) {
        // A character takes at most three bytes a char, so most texts need no counting.
        if (text.length() <= bytesMax / 3) {
            return text;
        }
        var total = length(text);
        if (total <= bytesMax) {
            return text;
        }
        var room = Math.max(0, bytesMax - note(total).length());
        var headEnd = headEnd(text, room - room / 3);
        var tailStart = Math.max(headEnd, tailStart(text, room / 3));
        return text.substring(0, headEnd) + note(length(text, headEnd, tailStart)) + text.substring(tailStart);
    }

    private static String note(long bytes) {
        return "\n[truncated " + bytes + " bytes]\n";
    }

    private static int headEnd(String text, int bytesMax) {
        var bytes = 0;
        var end = 0;
        while (end < text.length()) {
            var point = text.codePointAt(end);
            bytes += width(point);
            if (bytes > bytesMax) {
                break;
            }
            end += Character.charCount(point);
        }
        return end;
    }

    private static int tailStart(String text, int bytesMax) {
        var bytes = 0;
        var start = text.length();
        while (start > 0) {
            var point = text.codePointBefore(start);
            bytes += width(point);
            if (bytes > bytesMax) {
                break;
            }
            start -= Character.charCount(point);
        }
        return start;
    }

    /** Halves of characters, which cannot be written as UTF-8, become the replacement character. */
    static String wellFormed(String text) {
        for (var i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                var clean = new StringBuilder(text.length());
                text.codePoints().forEach(point -> clean.appendCodePoint(isHalf(point) ? 0xfffd : point));
                return clean.toString();
            }
        }
        return text;
    }

    private static boolean isHalf(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
