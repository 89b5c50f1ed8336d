package dev.forebay.bundled;

import dev.forebay.bundled.NoteBook.Note;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Notes by key that outlive the process. */
final class NoteTools {
    private static final int KEY_LENGTH_MAX = 128;
    private static final int TEXT_LENGTH_MAX = 64 * 1024;
    private static final int PREVIEW_LENGTH_MAX = 80;

    private final NoteBook book;

    NoteTools(NoteBook book) {
        this.book = book;
    }

    Server server() {
        return new Server(
                "notes",
                "notes by key that are kept until they are deleted, across conversations.",
                List.of(saveNote(), getNote(), listNotes(), deleteNote()));
    }

    private Tool saveNote() {
        return new Tool(
                "save_note",
                "Save a note",
                "Keeps a text under a key for later conversations. A note of the same key is replaced. At most %,d notes."
                        .formatted(NoteBook.NOTES_MAX),
                Effect.REPLACES,
                List.of(key(), Field.text("text", "What to remember.").longest(TEXT_LENGTH_MAX)),
                List.of(
                        Field.text("key", "The note's key."),
                        Field.flag("replaced", "Whether there was a note of this key."),
                        Field.text("saved", "When it was saved, ISO 8601, UTC.")),
                this::save);
    }

    private Answer save(Arguments arguments) throws ToolError, InterruptedException {
        var key = keyOf(arguments);
        var note = new Note(arguments.text("text"), book.now());
        var replaced = new AtomicBoolean();
        book.change(notes -> {
            replaced.set(notes.put(key, note) != null);
            return true;
        });
        var facts = Answer.facts()
                .put("key", key)
                .put("replaced", replaced.get())
                .put("saved", note.saved().toString());
        return new Answer("%s the note \"%s\".".formatted(replaced.get() ? "Replaced" : "Saved", key), facts);
    }

    private Tool getNote() {
        return new Tool(
                "get_note",
                "Get a note",
                "Returns the text kept under a key.",
                Effect.READS,
                List.of(key()),
                List.of(
                        Field.text("key", "The note's key."),
                        Field.text("text", "The note."),
                        Field.text("saved", "When it was saved, ISO 8601, UTC.")),
                arguments -> {
                    var key = keyOf(arguments);
                    var found = new AtomicReference<@Nullable Note>();
                    book.change(notes -> {
                        found.set(notes.get(key));
                        return false;
                    });
                    var note = found.get();
                    if (note == null) {
                        throw new ToolError(
                                "There is no note \"%s\"; list_notes shows the keys there are.".formatted(key));
                    }
                    var facts = Answer.facts()
                            .put("key", key)
                            .put("text", note.text())
                            .put("saved", note.saved().toString());
                    return new Answer(note.text().isEmpty() ? "[the note is empty]" : note.text(), facts);
                });
    }

    private Tool listNotes() {
        return new Tool(
                "list_notes",
                "List notes",
                "Lists the keys of the notes kept and how each begins, sorted by key.",
                Effect.READS,
                List.of(Field.text("contains", "Only notes whose key or text contains this, in upper or lower case.")
                        .optional()),
                List.of(
                        Field.list(
                                "notes",
                                "The notes found.",
                                List.of(
                                        Field.text("key", "The note's key."),
                                        Field.whole("characters", "Length of its text."),
                                        Field.text("begins", "How its text begins."),
                                        Field.text("saved", "When it was saved, ISO 8601, UTC."))),
                        Field.whole("total", "Notes there are, found or not.")),
                this::list);
    }

    private Answer list(Arguments arguments) throws ToolError, InterruptedException {
        var wanted = arguments.optionalText("contains").orElse("").toLowerCase(Locale.ROOT);
        var facts = Answer.facts();
        var found = facts.putArray("notes");
        var text = new StringBuilder();
        book.change(notes -> {
            facts.put("total", notes.size());
            for (var entry : notes.entrySet()) {
                if (isWanted(entry, wanted)) {
                    var begins = beginning(entry.getValue().text());
                    found.addObject()
                            .put("key", entry.getKey())
                            .put("characters", entry.getValue().text().length())
                            .put("begins", begins)
                            .put("saved", entry.getValue().saved().toString());
                    text.append("%s: %s\n".formatted(entry.getKey(), begins));
                }
            }
            return false;
        });
        var head =
                "%d of %d notes\n".formatted(found.size(), facts.path("total").asInt());
        return new Answer(head + text, facts);
    }

    private static String beginning(String text) {
        var line = text.lines().findFirst().orElse("");
        return line.length() <= PREVIEW_LENGTH_MAX ? line : line.substring(0, PREVIEW_LENGTH_MAX) + "…";
    }

    private static boolean isWanted(Map.Entry<String, Note> note, String wanted) {
        return note.getKey().toLowerCase(Locale.ROOT).contains(wanted)
                || note.getValue().text().toLowerCase(Locale.ROOT).contains(wanted);
    }

    private Tool deleteNote() {
        return new Tool(
                "delete_note",
                "Delete a note",
                "Deletes the note of a key for good. It is no error if there is none.",
                Effect.REPLACES,
                List.of(key()),
                List.of(
                        Field.text("key", "The note's key."),
                        Field.flag("deleted", "Whether there was a note of this key.")),
                arguments -> {
                    var key = keyOf(arguments);
                    var deleted = new AtomicBoolean();
                    book.change(notes -> {
                        deleted.set(notes.remove(key) != null);
                        return deleted.get();
                    });
                    var facts = Answer.facts().put("key", key).put("deleted", deleted.get());
                    return new Answer(
                            deleted.get()
                                    ? "Deleted the note \"%s\".".formatted(key)
                                    : "There was no note \"%s\".".formatted(key),
                            facts);
                });
    }

    private static Field key() {
        return Field.text("key", "The note's key: a short name, as in shopping-list.")
                .longest(KEY_LENGTH_MAX);
    }

    private static String keyOf(Arguments arguments) throws ToolError {
        var key = arguments.text("key").strip();
        if (key.isEmpty() || key.chars().anyMatch(Character::isISOControl)) {
            throw new ToolError("\"key\" must be a short name on one line, as in shopping-list.");
        }
        return key;
    }
}
