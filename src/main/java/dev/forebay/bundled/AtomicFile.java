package dev.forebay.bundled;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Replaces a file's content so that every reader, and a crash at any time, finds the old or the new one whole. */
final class AtomicFile {
    private AtomicFile() {}

    /**
     * Writes a file beside the target, forces it to disk and renames it over the target. The file beside it has one
     * name, so that what a crash leaves behind is cleared away by the next write; the caller lets in one writer at a
     * time.
     *
     * @param part beside the target, on the same file system
     */
    static void write(Path target, Path part, byte[] content) throws IOException {
        Files.deleteIfExists(part);
        try {
            try (var channel = FileChannel.open(
                    part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                var rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            keepPermissions(target, part);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        forceFolder(target);
    }

    private static void keepPermissions(Path target, Path part) throws IOException {
        if (isPosix() && Files.exists(target)) {
            Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(target));
        }
    }

    /** Without this the rename itself may be lost with the power. */
    private static void forceFolder(Path target) throws IOException {
        var folder = target.getParent();
        if (folder != null && isPosix()) {
            try (var channel = FileChannel.open(folder, Set.of(StandardOpenOption.READ))) {
                channel.force(true);
            }
        }
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
