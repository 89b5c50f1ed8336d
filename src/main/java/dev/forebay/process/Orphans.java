package dev.forebay.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The children that run now, noted in a file by pid and start time, so that the start after a crash ends those that
 * outlived their gateway. A pid alone does not tell: it may belong to a stranger by then. Thread-safe.
 */
public final class Orphans {
    private record Identity(long pid, Instant started, String name) {
        String line() {
            return pid + " " + started.toEpochMilli() + " " + name;
        }

        static Identity parse(String line) {
            var parts = line.split(" ", 3);
            return new Identity(Long.parseLong(parts[0]), Instant.ofEpochMilli(Long.parseLong(parts[1])), parts[2]);
        }
    }

    private final Path file;
    private final Map<Long, Identity> running = new LinkedHashMap<>();

    public Orphans(Path file) {
        this.file = file;
    }

    /** Ends what an earlier gateway left behind. Returns the names of what was ended. */
    public synchronized List<String> endAll() {
        var ended = read().stream()
                .filter(Orphans::isAlive)
                .map(identity -> {
                    Signals.toGroup(identity.pid(), "KILL");
                    ProcessHandle.of(identity.pid()).ifPresent(ProcessHandle::destroyForcibly);
                    return identity.name();
                })
                .toList();
        write();
        return ended;
    }

    /** @throws UncheckedIOException if it cannot be noted */
    synchronized void started(ProcessHandle process, String name) {
        process.info().startInstant().ifPresent(since -> {
            running.put(process.pid(), new Identity(process.pid(), since, name));
            try {
                write();
            } catch (UncheckedIOException e) {
                running.remove(process.pid());
                throw e;
            }
        });
    }

    synchronized void ended(long pid) {
        if (running.remove(pid) != null) {
            write();
        }
    }

    private static boolean isAlive(Identity identity) {
        return ProcessHandle.of(identity.pid())
                .flatMap(p -> p.info().startInstant())
                // The clock's ticks are coarse: the same process may be read a few milliseconds apart.
                .filter(since ->
                        Duration.between(since, identity.started()).abs().toMillis() < 50)
                .isPresent();
    }

    private List<Identity> read() {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.matches("\\d+ \\d+ .*"))
                    .map(Identity::parse)
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + "; does it belong to this user?", e);
        }
    }

    private void write() {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(
                    file, running.values().stream().map(Identity::line).collect(Collectors.joining("\n")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + "; is its directory writable?", e);
        }
    }
}
