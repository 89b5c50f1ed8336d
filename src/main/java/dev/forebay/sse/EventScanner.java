package dev.forebay.sse;

import java.util.Arrays;

/**
 * Cuts a stream of bytes into events, wherever the network cut it: inside a character, between carriage return and line
 * feed, byte by byte. Bytes are looked at once and copied only if an event spans chunks. Line ends are LF, CRLF or CR,
 * as in the HTML Standard, section "Server-sent events". Not thread-safe.
 */
public final class EventScanner {
    /** Receives whole events, in order. */
    @FunctionalInterface
    public interface Handler {
        void event(Frame frame);
    }

    /** An event grew past the limit: the stream cannot be understood any further. */
    public static final class EventTooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EventTooLarge(int bytesMax) {
            super("an event is larger than " + bytesMax + " bytes");
        }
    }

    private static final byte[] EMPTY = new byte[0];

    private final int eventBytesMax;
    private final Frame frame = new Frame();
    private byte[] held = EMPTY;
    private int heldLength;
    // Where scanning stands in the unfinished event, counted from the event's first byte.
    private int position;
    private int lineStart;
    private boolean sawField;

    /** @param eventBytesMax size of one event at which {@link EventTooLarge} is thrown */
    public EventScanner(int eventBytesMax) {
        this.eventBytesMax = eventBytesMax;
    }

    public void feed(byte[] chunk, Handler handler) {
        if (heldLength == 0) {
            var rest = scan(chunk, chunk.length, handler);
            held = hold(chunk, rest, chunk.length);
        } else {
            append(chunk);
            var bytes = held;
            var length = heldLength;
            var rest = scan(bytes, length, handler);
            heldLength = 0;
            held = hold(bytes, rest, length);
        }
    }

    /** How many bytes of an unfinished event are held back. */
    public int heldBytes() {
        return heldLength;
    }

    /**
     * The stream has ended. An event without its closing blank line is handed over all the same, closed by us: engines
     * forget the blank line after {@code [DONE]}.
     */
    public void end(Handler handler) {
        if (heldLength > 0) {
            feed(new byte[] {'\n', '\n'}, handler);
            heldLength = 0;
        }
    }

    /** Returns where the unfinished event begins. */
    private int scan(byte[] bytes, int length, Handler handler) {
        var start = 0;
        var i = position;
        var line = lineStart;
        while (i < length) {
            var b = bytes[i];
            if (b != '\n' && b != '\r') {
                i++;
                continue;
            }
            if (b == '\n' && i > start && i == line && bytes[i - 1] == '\r') {
                i++; // the second half of CRLF ends no line of its own
                line = i;
                continue;
            }
            if (i > line) {
                sawField = true;
                note(bytes, start, line, i);
            } else if (sawField) {
                // The closing blank line; a line feed after its carriage return belongs to it if it is here already.
                var end = b == '\r' && i + 1 < length && bytes[i + 1] == '\n' ? i + 2 : i + 1;
                emit(bytes, start, end, handler);
                start = end;
                i = end;
                line = end;
                continue;
            }
            i++;
            line = i;
        }
        position = i - start;
        lineStart = line - start;
        return start;
    }

    private void note(byte[] bytes, int start, int line, int end) {
        var value = valueOfData(bytes, line, end);
        if (value < 0) {
            return;
        }
        if (frame.dataLines++ == 0) {
            frame.dataFrom = value - start;
            frame.dataTo = end - start;
        }
    }

    private void emit(byte[] bytes, int start, int end, Handler handler) {
        frame.bytes = bytes;
        frame.from = start;
        frame.to = end;
        frame.dataFrom += start;
        frame.dataTo += start;
        handler.event(frame);
        frame.dataFrom = 0;
        frame.dataTo = 0;
        frame.dataLines = 0;
        sawField = false;
    }

    private void append(byte[] chunk) {
        if (held.length < heldLength + chunk.length) {
            held = Arrays.copyOf(held, Math.max(heldLength + chunk.length, 2 * held.length));
        }
        System.arraycopy(chunk, 0, held, heldLength, chunk.length);
        heldLength += chunk.length;
    }

    private byte[] hold(byte[] bytes, int from, int to) {
        if (to - from > eventBytesMax) {
            throw new EventTooLarge(eventBytesMax);
        }
        if (from == to) {
            // What was scanned of a finished event is forgotten; blank lines between events leave nothing to hold.
            position = 0;
            lineStart = 0;
            return EMPTY;
        }
        heldLength = to - from;
        // An event that goes on growing in our own array stays there: copying it at each chunk would be quadratic.
        return from == 0 && bytes.length > heldLength ? bytes : Arrays.copyOfRange(bytes, from, to);
    }

    /** Where the value of a {@code data} line begins, or -1 if the line is another field or a comment. */
    static int valueOfData(byte[] bytes, int from, int to) {
        if (to - from < 4
                || bytes[from] != 'd'
                || bytes[from + 1] != 'a'
                || bytes[from + 2] != 't'
                || bytes[from + 3] != 'a') {
            return -1;
        }
        if (to - from == 4) {
            return to;
        }
        if (bytes[from + 4] != ':') {
            return -1;
        }
        return to - from > 5 && bytes[from + 5] == ' ' ? from + 6 : from + 5;
    }
}
