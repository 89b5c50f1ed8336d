package dev.forebay.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;

/**
 * A file that a child appends to, read as it grows; it ends once the child has ended and all is read. Beyond its limit
 * what it holds is copied aside, in place of the copy before, and it begins anew: the child keeps writing at the end of
 * the same file, and both together take about twice the limit. What is written in the moment between may be lost.
 */
final class FollowedFile extends InputStream {
    private static final long BYTES_MAX = 4L << 20;
    private static final long LOOK_MILLIS = 100;

    private final Path file;
    private final FileChannel channel;
    private final long bytesMax;
    private final BooleanSupplier ended;
    private long position;

    /** @param position from which on it is read */
    FollowedFile(Path file, long position, BooleanSupplier ended) throws IOException {
        this(file, position, ended, BYTES_MAX);
    }

    FollowedFile(Path file, long position, BooleanSupplier ended, long bytesMax) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.position = position;
        this.ended = ended;
        this.bytesMax = bytesMax;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (length > 0) {
            // In this order: what it wrote before it ended is read after that was seen.
            var last = ended.getAsBoolean();
            var read = channel.read(ByteBuffer.wrap(into, offset, length), position);
            if (read > 0) {
                position += read;
                return read;
            }
            if (position > channel.size()) {
                position = 0;
            } else if (last) {
                return -1;
            } else {
                beginAnewIfLarge();
                await();
            }
        }
        return 0;
    }

    private void beginAnewIfLarge() throws IOException {
        if (position >= bytesMax) {
            Files.copy(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            channel.truncate(0);
            position = 0;
        }
    }

    private static void await() throws IOException {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("following it was interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
