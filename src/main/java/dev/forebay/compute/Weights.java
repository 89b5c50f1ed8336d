package dev.forebay.compute;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The folder of files that processes need before they start. One process of this machine at a time fetches a file, under a
 * lock beside it; what an earlier try got stays in its part, and a file is there under its name once its checksum was right.
 */
final class Weights {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration TELL = Duration.ofSeconds(5);
    private static final Duration SILENT = Duration.ofSeconds(60);

    private final Path folder;
    private final HttpClient client;

    Weights(Path folder) {
        this.folder = folder;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    Path folder() {
        return folder;
    }

    /**
     * Returns once the file is there, or the pause was stopped. What was fetched is kept for the next try.
     *
     * @param progress hears of it every five seconds, in words
     * @throws IOException which says why it cannot be fetched
     */
    void prepare(PreparedFile wanted, Pause pause, Consumer<String> progress) throws IOException {
        var file = folder.resolve(wanted.file());
        if (isVerified(file, wanted)) {
            return;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (var channel =
                FileChannel.open(beside(file, ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var lock = tryLock(channel);
            for (var waited = 0; lock == null && !pause.isStopped(); waited++) {
                if (waited % (TELL.toMillis() / LOOK.toMillis()) == 0) {
                    progress.accept("waits for another that fetches " + wanted.file());
                }
                pause.await(LOOK, () -> false);
                lock = tryLock(channel);
            }
            if (lock != null && !isVerified(file, wanted)) {
                fetchOnItsOwnThread(wanted, file, pause, progress);
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            // Another replica of this gateway has it.
            return null;
        }
    }

    /** A thread of the platform, since a long wait for a disk holds a carrier; this one sees to it that it gets on. */
    private void fetchOnItsOwnThread(PreparedFile wanted, Path file, Pause pause, Consumer<String> progress)
            throws IOException {
        var done = new AtomicLong();
        var total = new AtomicLong();
        var ended = new CompletableFuture<@Nullable Exception>();
        var thread = Thread.ofPlatform().daemon().name("fetch " + wanted.file()).start(() -> {
            try {
                fetch(wanted, file, done, total);
                ended.complete(null);
            } catch (IOException | InterruptedException | RuntimeException e) {
                ended.complete(e);
            }
            pause.wake();
        });
        var before = -1L;
        var silent = Duration.ZERO;
        var untold = TELL;
        while (!ended.isDone() && !pause.isStopped() && silent.compareTo(SILENT) < 0) {
            pause.await(LOOK, ended::isDone);
            silent = done.get() == before ? silent.plus(LOOK) : Duration.ZERO;
            before = done.get();
            untold = untold.plus(LOOK);
            if (untold.compareTo(TELL) >= 0) {
                untold = Duration.ZERO;
                progress.accept("fetches " + wanted.file() + ": " + before + (total.get() > 0 ? " of " + total : "")
                        + " bytes");
            }
        }
        if (!ended.isDone()) {
            thread.interrupt();
        }
        var failure = ended.join();
        if (failure != null && !pause.isStopped()) {
            var why = silent.compareTo(SILENT) >= 0 ? "no byte came for 60 s" : String.valueOf(failure.getMessage());
            throw new IOException(
                    "cannot fetch " + wanted.file() + " from " + wanted.url().getAuthority() + ": " + why, failure);
        }
    }

    private void fetch(PreparedFile wanted, Path file, AtomicLong done, AtomicLong total)
            throws IOException, InterruptedException {
        var part = beside(file, ".part");
        if (!(Files.exists(file) && sha256(file, done).equals(wanted.sha256()))) {
            new Download(client, wanted, part, done, total).run();
            var sum = sha256(part, done);
            if (!sum.equals(wanted.sha256())) {
                Files.delete(part);
                throw new IOException("its sha256 is " + sum + ", not " + wanted.sha256()
                        + "; it is fetched from the beginning next time");
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.writeString(beside(file, ".verified"), seal(file, wanted));
    }

    /** Without reading it again, which takes minutes for large weights. */
    private static boolean isVerified(Path file, PreparedFile wanted) throws IOException {
        var mark = beside(file, ".verified");
        return Files.exists(file)
                && Files.exists(mark)
                && Files.readString(mark).equals(seal(file, wanted));
    }

    private static String seal(Path file, PreparedFile wanted) throws IOException {
        return wanted.sha256() + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /** Counts what it reads as progress, lest it be taken for silence. */
    private static String sha256(Path file, AtomicLong done) throws IOException {
        try (var in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            var chunk = new byte[1 << 16];
            var read = 0L;
            for (var n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                read += n;
                done.set(read);
            }
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
