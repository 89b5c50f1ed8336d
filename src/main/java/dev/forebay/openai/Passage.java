package dev.forebay.openai;

import dev.forebay.sse.Frame;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The events of one chunk from the network on their way out. As long as they follow one another untouched they are only
 * noted; if they are just the chunk, the chunk itself goes out and nothing is copied.
 */
final class Passage {
    private static final byte[] NONE = new byte[0];

    private byte[] bytes = NONE;
    private int from;
    private int to;
    private @Nullable Buffer copied;

    // The same array means the same chunk; what stands in it is of no interest.
    @SuppressWarnings("ReferenceEquality")
    void add(Frame frame) {
        if (frame.bytes() == bytes && frame.from() == to) {
            to = frame.to();
            return;
        }
        copy();
        bytes = frame.bytes();
        from = frame.from();
        to = frame.to();
    }

    void add(Buffer edited) {
        copy();
        copied().appendBuffer(edited);
    }

    /** What is to be written now; empty if nothing is. */
    Buffer take(Buffer chunk) {
        if (copied == null && from == 0 && to == bytes.length && to == chunk.length() && to > 0) {
            clear();
            return chunk;
        }
        copy();
        var ready = copied == null ? Buffer.buffer() : copied;
        copied = null;
        clear();
        return ready;
    }

    private void copy() {
        if (to > from) {
            copied().appendBytes(bytes, from, to - from);
        }
        clear();
    }

    private Buffer copied() {
        var target = copied;
        if (target == null) {
            target = Buffer.buffer(256);
            copied = target;
        }
        return target;
    }

    private void clear() {
        bytes = NONE;
        from = 0;
        to = 0;
    }
}
