package dev.forebay.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One whole event of a stream, as a view over the scanner's bytes: valid only until the handler returns. The range
 * {@code [from, to)} is the event as it came, its closing blank line included.
 */
public final class Frame {
    private static final byte[] DATA = {'d', 'a', 't', 'a', ':', ' '};

    byte[] bytes = new byte[0];
    int from;
    int to;
    int dataFrom;
    int dataTo;
    int dataLines;

    Frame() {}

    /** An event of one data line; line ends in the data become spaces, which JSON does not mind. */
    public static Frame ofData(byte[] data) {
        var frame = new Frame();
        frame.bytes = new byte[DATA.length + data.length + 2];
        System.arraycopy(DATA, 0, frame.bytes, 0, DATA.length);
        for (var i = 0; i < data.length; i++) {
            frame.bytes[DATA.length + i] = data[i] == '\n' || data[i] == '\r' ? (byte) ' ' : data[i];
        }
        frame.to = frame.bytes.length;
        frame.bytes[frame.to - 2] = '\n';
        frame.bytes[frame.to - 1] = '\n';
        frame.dataFrom = DATA.length;
        frame.dataTo = frame.to - 2;
        frame.dataLines = 1;
        return frame;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    /** False for comments and blank lines. */
    public boolean hasData() {
        return dataLines > 0;
    }

    /** True if the data stands in one line, {@code [dataFrom, dataTo)}: nearly always. */
    public boolean isOneLine() {
        return dataLines == 1;
    }

    /** True if the event is one data line and nothing else: no name, no id, no comment. */
    public boolean isPlain() {
        return dataLines == 1 && bytes[from] == 'd' && dataFrom - from <= DATA.length && to - dataTo <= 4;
    }

    public int dataFrom() {
        return dataFrom;
    }

    public int dataTo() {
        return dataTo;
    }

    /** A copy of the data; lines are joined by a line feed, as the specification of event streams says. */
    public byte[] data() {
        if (dataLines <= 1) {
            return Arrays.copyOfRange(bytes, dataFrom, dataTo);
        }
        var joined = new ByteArrayOutputStream(to - from);
        var lineStart = from;
        var lines = 0;
        for (var i = from; i < to; i++) {
            if (bytes[i] != '\n' && bytes[i] != '\r') {
                continue;
            }
            var value = EventScanner.valueOfData(bytes, lineStart, i);
            if (value >= 0) {
                if (lines++ > 0) {
                    joined.write('\n');
                }
                joined.write(bytes, value, i - value);
            }
            lineStart = i + 1;
        }
        return joined.toByteArray();
    }

    public String text() {
        return new String(data(), StandardCharsets.UTF_8);
    }

    /** Where the event has these bytes, or -1. They are looked for in the lines as they came. */
    public int indexOf(byte[] needle) {
        return indexOf(bytes, from, to, needle);
    }

    /** True if the data is just these bytes, spaces around them aside. */
    public boolean dataIs(byte[] expected) {
        var start = dataFrom;
        var end = dataTo;
        while (start < end && bytes[start] == ' ') {
            start++;
        }
        while (end > start && bytes[end - 1] == ' ') {
            end--;
        }
        return dataLines == 1 && Arrays.equals(bytes, start, end, expected, 0, expected.length);
    }

    /** Where {@code needle} begins in {@code bytes[from, to)}, or -1. */
    public static int indexOf(byte[] bytes, int from, int to, byte[] needle) {
        var first = needle[0];
        var last = to - needle.length;
        for (var i = from; i <= last; i++) {
            if (bytes[i] == first && Arrays.equals(bytes, i, i + needle.length, needle, 0, needle.length)) {
                return i;
            }
        }
        return -1;
    }
}
