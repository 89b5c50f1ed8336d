package dev.forebay.sse;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Feeds a scanner with buffers of Vert.x; apart from it, since clients of a gateway scan without Vert.x. */
public final class BufferFeed {
    private BufferFeed() {}

    /** Reads the buffer where it lies; frames point into it. */
    public static void feed(EventScanner scanner, Buffer chunk, EventScanner.Handler handler) {
        var bytes = ((BufferInternal) chunk).getByteBuf();
        if (bytes.hasArray()) {
            var from = bytes.arrayOffset() + bytes.readerIndex();
            scanner.feed(bytes.array(), from, from + bytes.readableBytes(), handler);
        } else {
            scanner.feed(chunk.getBytes(), handler);
        }
    }
}
