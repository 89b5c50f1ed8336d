package dev.forebay.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The folder that holds everything a gateway keeps, locked for one gateway at a time. The lock goes with the process
 * however it ends; the file {@code lock} tells whose it is: the process id, and the base URL once it listens.
 */
public final class DataDirectory implements AutoCloseable {
    private static final int OWNER_BYTES_MAX = 1024;

    // The system's lock is one of the process: closing any channel on the file would give it up. So a second opening in
    // this process has to be refused before it touches the file.
    private static final Set<Path> OPEN_HERE = new HashSet<>();

    private final Path path;
    private final FileChannel lock;
    private final long pid;

    /**
     * Who has a folder, or had it when it was killed.
     *
     * @param pid 0 if unknown
     * @param url where it listens; empty until it does
     */
    public record Owner(long pid, Optional<URI> url) {
        /** As the folder's file says, whose lock is left alone; empty if it names nobody. */
        public static Optional<Owner> of(Path directory) {
            try (var file = Files.newInputStream(directory.resolve("lock"))) {
                return Optional.of(read(new String(file.readNBytes(OWNER_BYTES_MAX), StandardCharsets.UTF_8)))
                        .filter(owner -> owner.pid > 0);
            } catch (IOException _) {
                return Optional.empty();
            }
        }

        private static Owner read(String text) {
            var lines = text.split("\n", -1);
            var pid = lines[0].matches("\\d{1,18}") ? Long.parseLong(lines[0]) : 0;
            return new Owner(pid, lines.length > 1 ? url(lines[1]) : Optional.empty());
        }

        private static Optional<URI> url(String line) {
            try {
                return Optional.of(URI.create(line)).filter(url -> url.getHost() != null);
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }
    }

    private DataDirectory(Path path, FileChannel lock, long pid) {
        this.path = path;
        this.lock = lock;
        this.pid = pid;
    }

    /**
     * Creates the folder, for its owner only, if it is not there.
     *
     * @throws DataDirectoryInUse if another gateway has it
     */
    public static DataDirectory open(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return lock(directory.toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot use " + directory.toAbsolutePath()
                            + " as the data directory; it must be a folder that this user may write to,"
                            + " or name another with --data",
                    e);
        }
    }

    public Path path() {
        return path;
    }

    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Tells those who find the directory locked where this gateway listens. */
    public void announce(URI baseUrl) {
        try {
            write(baseUrl.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + resolve("lock"), e);
        }
    }

    /** Gives up the lock; the folder can be opened again. */
    @Override
    public void close() {
        synchronized (OPEN_HERE) {
            try {
                lock.truncate(0);
                lock.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot give up " + resolve("lock"), e);
            } finally {
                OPEN_HERE.remove(path);
            }
        }
    }

    private static DataDirectory lock(Path path) throws IOException {
        var file = path.resolve("lock");
        var pid = ProcessHandle.current().pid();
        synchronized (OPEN_HERE) {
            if (OPEN_HERE.contains(path)) {
                throw new DataDirectoryInUse(path, "this process, pid " + pid, pid);
            }
            var channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            var opened = new DataDirectory(path, channel, pid);
            try {
                if (channel.tryLock() == null) {
                    throw opened.inUse();
                }
                opened.write("");
                OPEN_HERE.add(path);
                return opened;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }
    }

    private void write(String url) throws IOException {
        var text = StandardCharsets.UTF_8.encode(pid + "\n" + url + "\n");
        lock.truncate(0);
        lock.write(text, 0);
    }

    private DataDirectoryInUse inUse() throws IOException {
        var bytes = ByteBuffer.allocate(OWNER_BYTES_MAX);
        lock.read(bytes, 0);
        var owner = Owner.read(StandardCharsets.UTF_8.decode(bytes.flip()).toString());
        var url = owner.url().map(at -> ", at " + at).orElse("");
        return new DataDirectoryInUse(
                path, (owner.pid() == 0 ? "pid unknown" : "pid " + owner.pid()) + url, owner.pid());
    }
}
