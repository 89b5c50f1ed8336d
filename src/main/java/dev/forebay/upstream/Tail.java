package dev.forebay.upstream;

import dev.forebay.chat.Usage;
import dev.forebay.sse.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the end of an answer tells that was too large to be held and read as a whole. Members are looked for by name, the
 * last of a name counts: inside a JSON string the quotes of a name are escaped.
 */
final class Tail {
    /** A range of bytes, or -1 for none. */
    record Range(int from, int to) {}

    static final Range NOTHING = new Range(-1, -1);

    private static final byte[] USAGE = "\"usage\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MODEL = "\"model\"".getBytes(StandardCharsets.US_ASCII);

    private Tail() {}

    static Usage usage(byte[] tail) {
        var value = lastValue(tail, USAGE, '{');
        return value < 0
                ? Usage.NONE
                : Usage.from(StreamFacts.parse(Arrays.copyOfRange(tail, value, tail.length)))
                        .orElse(Usage.NONE);
    }

    /** Where the model's name stands, its quotes included. */
    static Range model(byte[] tail) {
        var open = lastValue(tail, MODEL, '"');
        return open < 0 ? NOTHING : new Range(open, Json.afterString(tail, open, tail.length));
    }

    static boolean closesObject(byte[] tail) {
        var last = tail.length - 1;
        while (last >= 0 && tail[last] <= ' ') {
            last--;
        }
        return last >= 0 && tail[last] == '}';
    }

    private static int lastValue(byte[] tail, byte[] name, char first) {
        var found = -1;
        for (var at = Frame.indexOf(tail, 0, tail.length, name); at >= 0; ) {
            var value = Json.valueAfter(tail, at + name.length, tail.length);
            if (value >= 0 && tail[value] == first) {
                found = value;
            }
            at = Frame.indexOf(tail, at + name.length, tail.length, name);
        }
        return found;
    }
}
