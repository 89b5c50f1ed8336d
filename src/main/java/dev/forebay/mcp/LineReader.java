package dev.forebay.mcp;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Cuts a stream into lines, each up to a size; of a longer one only the id of the answer in it is kept. */
final class LineReader {
    interface Lines {
        /** @param bytes hold the line in {@code [0, length)} until this returns */
        void line(byte[] bytes, int length);

        /** A line was longer than allowed; the id is {@link Wire#NO_ID} if it was no answer. */
        void tooLong(long id);
    }

    private static final int CHUNK_BYTES = 64 * 1024;

    private final int lineBytesMax;
    private final Lines lines;
    private byte[] line = new byte[CHUNK_BYTES];
    private int length;
    private boolean skipping;
    private AnswerId id = new AnswerId();

    LineReader(int lineBytesMax, Lines lines) {
        this.lineBytesMax = lineBytesMax;
        this.lines = lines;
    }

    /** Blocks until the stream ends. What follows the last line end is a line too. */
    void readAll(InputStream in) throws IOException {
        var chunk = new byte[CHUNK_BYTES];
        for (var read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            var start = 0;
            for (var i = 0; i < read; i++) {
                if (chunk[i] == '\n') {
                    add(chunk, start, i);
                    endOfLine();
                    start = i + 1;
                }
            }
            add(chunk, start, read);
        }
        if (length > 0 || skipping) {
            endOfLine();
        }
    }

    private void add(byte[] chunk, int from, int to) {
        if (skipping) {
            id.feed(chunk, from, to);
        } else if (length + to - from > lineBytesMax) {
            skipping = true;
            id = new AnswerId();
            id.feed(line, 0, length);
            id.feed(chunk, from, to);
        } else {
            if (line.length < length + to - from) {
                line = Arrays.copyOf(line, (int) Math.min(lineBytesMax, Math.max(length + to - from, 2L * length)));
            }
            System.arraycopy(chunk, from, line, length, to - from);
            length += to - from;
        }
    }

    private void endOfLine() {
        if (skipping) {
            lines.tooLong(id.found());
        } else {
            lines.line(line, length);
        }
        skipping = false;
        length = 0;
        // One large answer must not hold its memory for as long as the server lives.
        if (line.length > 16 * CHUNK_BYTES) {
            line = new byte[CHUNK_BYTES];
        }
    }
}
