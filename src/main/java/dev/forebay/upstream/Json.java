package dev.forebay.upstream;

/** Steps over JSON text without a parser, for the few members that are looked for in each chunk. */
final class Json {
    private Json() {}

    /** Where the value begins after a member's name that ends at {@code at}, or -1 if no member's name ends there. */
    static int valueAfter(byte[] bytes, int at, int to) {
        var colon = skipBlanks(bytes, at, to);
        if (colon >= to || bytes[colon] != ':') {
            return -1;
        }
        var value = skipBlanks(bytes, colon + 1, to);
        return value < to ? value : -1;
    }

    /** False for what does not begin and end as an object does, such as half of one. */
    static boolean looksLikeObject(byte[] bytes, int from, int to) {
        var first = skipBlanks(bytes, from, to);
        var last = to - 1;
        while (last > first && bytes[last] >= 0 && bytes[last] <= ' ') {
            last--;
        }
        return last > first && bytes[first] == '{' && bytes[last] == '}';
    }

    static int skipBlanks(byte[] bytes, int from, int to) {
        var i = from;
        while (i < to && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\n' || bytes[i] == '\r')) {
            i++;
        }
        return i;
    }

    /** Where the string that opens at {@code open} has ended, its closing quote included; at most {@code to}. */
    static int afterString(byte[] bytes, int open, int to) {
        var i = open + 1;
        while (i < to && bytes[i] != '"') {
            i += bytes[i] == '\\' ? 2 : 1;
        }
        return Math.min(i + 1, to);
    }
}
