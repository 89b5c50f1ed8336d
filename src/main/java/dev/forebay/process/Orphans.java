package dev.forebay.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The children that run now, noted in a file by pid and start time, so that the start after a crash takes over or ends
 * those that outlived their gateway. A pid alone does not tell: it may belong to a stranger by then. Thread-safe.
 */
public final class Orphans {
    /** Of a child that is of no use to the next process. */
    static final String NO_NOTE = "-";

    private record Identity(long pid, Instant started, String note, String name) {
        String line() {
            return pid + " " + started.toEpochMilli() + " " + note + " " + name;
        }

        static Identity parse(String line) {
            var parts = line.split(" ", 4);
            return new Identity(
                    Long.parseLong(parts[0]), Instant.ofEpochMilli(Long.parseLong(parts[1])), parts[2], parts[3]);
        }

        Optional<ProcessHandle> handle() {
            return ProcessHandle.of(pid)
                    .filter(Orphans::runs)
                    // The clock's ticks are coarse: the same process may be read a few milliseconds apart.
                    .filter(process -> process.info()
                            .startInstant()
                            .filter(since ->
                                    Duration.between(since, started).abs().toMillis() < 50)
                            .isPresent());
        }
    }

    private final Path file;
    private final Map<Long, Identity> running = new LinkedHashMap<>();
    private final List<Identity> left = new ArrayList<>();
    private boolean isRead;

    public Orphans(Path file) {
        this.file = file;
    }

    /**
     * Ends what an earlier gateway left behind and this one has not taken over. Call it before the first child is started.
     *
     * @param unwanted tells by its note whether a child is to be ended; one without a note always is
     * @return the names of what was ended
     */
    public synchronized List<String> end(Predicate<String> unwanted) {
        var kept = new ArrayList<Identity>();
        var ended = new ArrayList<String>();
        for (var identity : left()) {
            var process = identity.handle();
            if (process.isPresent() && !identity.note().equals(NO_NOTE) && !unwanted.test(identity.note())) {
                kept.add(identity);
            } else if (process.isPresent()) {
                Signals.toGroup(identity.pid(), "KILL");
                process.get().destroyForcibly();
                ended.add(identity.name());
            }
        }
        left.clear();
        left.addAll(kept);
        write();
        return ended;
    }

    /** Notes of children of an earlier gateway that nobody has ended or taken over. */
    synchronized List<String> notes() {
        return left().stream().map(Identity::note).toList();
    }

    /** From now on it is a child of this process, if it runs still. */
    synchronized Optional<ProcessHandle> takeOver(String note) {
        var found = left().stream().filter(child -> child.note().equals(note)).findFirst();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        left.remove(found.get());
        var process = found.get().handle();
        if (process.isPresent()) {
            running.put(found.get().pid(), found.get());
        }
        write();
        return process;
    }

    /** @throws UncheckedIOException if it cannot be noted */
    synchronized void started(ProcessHandle process, String name, String note) {
        process.info().startInstant().ifPresent(since -> {
            running.put(process.pid(), new Identity(process.pid(), since, note, name));
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

    /** False for one that has ended, even if nobody has asked for its exit code. */
    static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return !stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (IOException _) {
            // There is no /proc on this system, or it has ended this moment.
            return process.isAlive();
        }
    }

    private List<Identity> left() {
        if (!isRead) {
            left.addAll(read());
            isRead = true;
        }
        return left;
    }

    private List<Identity> read() {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.matches("\\d+ \\d+ \\S+ .*"))
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
            // By another name first: a crash in the middle of it must not lose what the next start needs.
            var fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(
                    fresh,
                    Stream.concat(left.stream(), running.values().stream())
                            .map(Identity::line)
                            .collect(Collectors.joining("\n")));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + "; is its directory writable?", e);
        }
    }
}
