package dev.forebay.openai;

import dev.forebay.sse.Frame;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The events of one chunk from the network on their way out. If none of them was changed or left out, the chunk itself
 * goes out; the copy that is kept until then lives in one array for the whole stream.
 */
final class Passage {
    private static final byte[] NOTHING = new byte[0];
    private static final int BYTES_MIN = 512;

    // Made with the first event: whole answers have none.
    private byte[] copy = NOTHING;
    private int length;
    private boolean changed;

    /** Passes an event on as it came. */
    void add(Frame frame) {
        append(frame.bytes(), frame.from(), frame.to() - frame.from());
    }

    void addChanged(Buffer event) {
        changed = true;
        append(event.getBytes(), 0, event.length());
    }

    void leaveOut() {
        changed = true;
    }

    /**
     * What is to be written now, or null if nothing is.
     *
     * @param asItCame the chunk, if it is just the events that have been added or left out
     */
    @Nullable
    Buffer take(@Nullable Buffer asItCame) {
        var ready = changed || asItCame == null ? copied() : asItCame;
        length = 0;
        changed = false;
        return ready;
    }

    private @Nullable Buffer copied() {
        return length == 0 ? null : Buffer.buffer(length).appendBytes(copy, 0, length);
    }

    private void append(byte[] bytes, int from, int count) {
        if (copy.length < length + count) {
            copy = Arrays.copyOf(copy, Math.max(BYTES_MIN, Math.max(length + count, 2 * copy.length)));
        }
        System.arraycopy(bytes, from, copy, length, count);
        length += count;
    }
}
