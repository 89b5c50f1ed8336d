package dev.forebay.http;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all request bodies of the process may hold together. Thread-safe. */
public final class BodyMemory {
    private final long bytesMax;
    private final AtomicLong reserved = new AtomicLong();

    public BodyMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** False if that much is not left. */
    boolean reserve(long bytes) {
        var now = reserved.addAndGet(bytes);
        if (now > bytesMax) {
            reserved.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void release(long bytes) {
        reserved.addAndGet(-bytes);
    }

    public long bytesMax() {
        return bytesMax;
    }

    public long reservedBytes() {
        return reserved.get();
    }
}
