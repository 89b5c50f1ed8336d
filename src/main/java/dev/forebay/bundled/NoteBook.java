package dev.forebay.bundled;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Notes by key in one JSON file. Each operation reads the file and each change replaces it whole, under a lock that
 * other processes over the same file respect, so that nothing is lost to a crash or to a second server.
 */
final class NoteBook {
    static final int NOTES_MAX = 1000;
    static final int FILE_BYTES_MAX = 4 << 20;
    private static final long LOCK_WAIT_MILLIS_MAX = 5000;
    private static final long LOCK_POLL_MILLIS = 10;

    /** Locks of the file system are held by processes, not by threads: within this one only one thread may ask. */
    private static final ReentrantLock oneThread = new ReentrantLock();

    record Note(String text, Instant saved) {}

    /**
     * What is done with the notes; true if they changed and must be kept. It takes out what it needs and no more: many
     * calls wait at once, and each must not keep all notes in memory.
     */
    @FunctionalInterface
    interface Change {
        boolean apply(SortedMap<String, Note> notes) throws ToolError;
    }

    private final Path file;
    private final InstantSource clock;
    private final JsonMapper json = JsonMapper.builder().build();

    private NoteBook(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /** @throws IllegalArgumentException if the file is there but holds no notes, or its folder cannot be made */
    static NoteBook at(Path file, InstantSource clock) {
        var book = new NoteBook(file, clock);
        try {
            var folder = file.getParent();
            if (folder == null || Files.isDirectory(file)) {
                throw new IllegalArgumentException("notes=%s: is a folder; name a file".formatted(file));
            }
            Files.createDirectories(folder);
            book.load();
        } catch (IOException e) {
            throw new IllegalArgumentException("notes=%s: cannot be used (%s)".formatted(file, e), e);
        } catch (ToolError e) {
            throw new IllegalArgumentException("notes=%s: %s".formatted(file, e.forModel()), e);
        }
        return book;
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** One change at a time; when this returns, it is on the disk. */
    void change(Change change) throws ToolError, InterruptedException {
        oneThread.lockInterruptibly();
        try (var channel = FileChannel.open(beside(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = lock(channel)) {
            var notes = load();
            if (change.apply(notes)) {
                save(notes);
            }
        } catch (ClosedByInterruptException e) {
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (IOException e) {
            throw new ToolError("The notes cannot be reached: %s.".formatted(e.getMessage()), e);
        } finally {
            oneThread.unlock();
        }
    }

    private FileLock lock(FileChannel channel) throws IOException, InterruptedException, ToolError {
        for (var waited = 0L; waited < LOCK_WAIT_MILLIS_MAX; waited += LOCK_POLL_MILLIS) {
            var lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            TimeUnit.MILLISECONDS.sleep(LOCK_POLL_MILLIS);
        }
        throw new ToolError("Another process keeps the notes locked; try again later.");
    }

    private SortedMap<String, Note> load() throws IOException, ToolError {
        var notes = new TreeMap<String, Note>();
        try {
            var root = json.readTree(bytes());
            if (!root.path("notes").isObject()) {
                throw unreadable("it has no \"notes\"");
            }
            for (var entry : root.path("notes").properties()) {
                notes.put(entry.getKey(), note(entry.getValue()));
            }
        } catch (NoSuchFileException _) {
            return notes;
        } catch (JsonProcessingException e) {
            throw unreadable("%s at line %d"
                    .formatted(e.getOriginalMessage(), e.getLocation().getLineNr()));
        }
        return notes;
    }

    private byte[] bytes() throws IOException, ToolError {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length > FILE_BYTES_MAX) {
                throw unreadable("it is larger than %,d bytes".formatted(FILE_BYTES_MAX));
            }
            return bytes;
        }
    }

    private static Note note(JsonNode note) throws ToolError {
        try {
            return new Note(
                    note.path("text").asText(), Instant.parse(note.path("saved").asText()));
        } catch (DateTimeException e) {
            throw unreadable("a note has no time in \"saved\": " + e.getMessage());
        }
    }

    private static ToolError unreadable(String why) {
        return new ToolError(
                "The file of notes is damaged (%s); it is left as it is. Repair it or move it away.".formatted(why));
    }

    private void save(SortedMap<String, Note> notes) throws IOException, ToolError {
        var root = JsonNodeFactory.instance.objectNode();
        var members = root.putObject("notes");
        notes.forEach((key, note) -> members.putObject(key)
                .put("text", note.text())
                .put("saved", note.saved().toString()));
        var bytes = json.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
        if (notes.size() > NOTES_MAX || bytes.length > FILE_BYTES_MAX) {
            throw new ToolError("There is no room: at most %,d notes with %,d bytes in all are kept. Delete some first."
                    .formatted(NOTES_MAX, FILE_BYTES_MAX));
        }
        AtomicFile.write(file, beside(".part"), bytes);
    }

    private Path beside(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }
}
