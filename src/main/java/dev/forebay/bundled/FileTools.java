package dev.forebay.bundled;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Reads and writes text files below one folder. */
final class FileTools {
    private static final int TEXT_CHARACTERS_MAX = 128 * 1024;
    private static final int ENTRIES_MAX = 500;
    private static final int LINES_MAX = 10_000;

    private final FileTree tree;
    private final ReentrantLock oneWriter = new ReentrantLock();

    FileTools(FileTree tree) {
        this.tree = tree;
    }

    Server server() {
        return new Server(
                "files",
                "text files below one folder: list, read, write, search. Paths are relative to that folder.",
                List.of(listFiles(), readFile(), writeFile(), new FileSearch(tree).tool()));
    }

    private Tool listFiles() {
        return new Tool(
                "list_files",
                "List files",
                "Lists files and folders, with sizes and times of change, sorted by path.",
                Effect.READS,
                List.of(
                        folder(),
                        Field.whole("depth", "Levels of folders to list, 1 for only what is directly in it.")
                                .between(1, FileTree.DEPTH_MAX)
                                .orElse(1)),
                List.of(
                        Field.text("folder", "What was listed."),
                        Field.list(
                                "entries",
                                "What is there, at most %d.".formatted(ENTRIES_MAX),
                                List.of(
                                        Field.text("path", "Path for the other tools."),
                                        Field.text("type", "file, folder, link or other.")
                                                .oneOf("file", "folder", "link", "other"),
                                        Field.whole("bytes", "Size of a file; 0 for others."),
                                        Field.text("modified", "Time of the last change, ISO 8601, UTC."))),
                        Field.flag("complete", "False if there is more than is listed.")),
                this::list);
    }

    private Answer list(Arguments arguments) throws ToolError, InterruptedException {
        var name = arguments.text("folder");
        var start = tree.existing(name);
        if (!Files.isDirectory(start)) {
            throw new ToolError("\"%s\" is not a folder; read_file reads files.".formatted(name));
        }
        var facts = Answer.facts().put("folder", tree.name(start));
        var entries = facts.putArray("entries");
        var text = new StringBuilder();
        try {
            var complete = Walk.below(start, arguments.whole("depth"), (path, attributes) -> {
                if (entries.size() == ENTRIES_MAX) {
                    return false;
                }
                var type = attributes.isRegularFile()
                        ? "file"
                        : attributes.isDirectory() ? "folder" : attributes.isSymbolicLink() ? "link" : "other";
                var bytes = attributes.isRegularFile() ? attributes.size() : 0;
                var modified = attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.SECONDS);
                entries.addObject()
                        .put("path", tree.name(path))
                        .put("type", type)
                        .put("bytes", bytes)
                        .put("modified", modified.toString());
                text.append("%s%s\n"
                        .formatted(
                                tree.name(path),
                                type.equals("file") ? " (%,d bytes)".formatted(bytes) : " (" + type + ")"));
                return true;
            });
            facts.put("complete", complete);
            var head = "%d entries in %s%s\n"
                    .formatted(
                            entries.size(), tree.name(start), complete ? "" : " (there are more: list a folder of it)");
            return new Answer(head + text, facts);
        } catch (IOException e) {
            throw FileTree.failure("Cannot list", name, e);
        }
    }

    private Tool readFile() {
        return new Tool(
                "read_file",
                "Read a text file",
                "Reads a text file in UTF-8, whole or from a line on. Files of up to %,d bytes; up to %,d characters at once."
                        .formatted(TextFile.BYTES_MAX, TEXT_CHARACTERS_MAX),
                Effect.READS,
                List.of(
                        path(),
                        Field.whole("first_line", "Line to begin with, counted from 1.")
                                .between(1, Integer.MAX_VALUE)
                                .orElse(1),
                        Field.whole("lines", "How many lines to read.")
                                .between(1, LINES_MAX)
                                .orElse(LINES_MAX)),
                List.of(
                        Field.text("path", "What was read."),
                        Field.text("text", "The lines asked for."),
                        Field.whole("first_line", "The first line in the text."),
                        Field.whole("last_line", "The last line in the text."),
                        Field.whole("total_lines", "Lines in the file."),
                        Field.flag("complete", "Whether the text reaches the end of the file.")),
                this::read);
    }

    private Answer read(Arguments arguments) throws ToolError {
        var name = arguments.text("path");
        var path = tree.existing(name);
        var text = TextFile.read(path, name);
        var first = arguments.whole("first_line");
        var total = (int) text.lines().count();
        if (first > Math.max(1, total)) {
            throw new ToolError("\"%s\" has %d lines; first_line %d is behind its end.".formatted(name, total, first));
        }
        var begin = lineStart(text, 0, first - 1);
        var end = lineStart(text, begin, arguments.whole("lines"));
        if (end - begin > TEXT_CHARACTERS_MAX) {
            // Whole lines if one fits, else what fits of a line that is longer than everything.
            var cut = text.lastIndexOf('\n', begin + TEXT_CHARACTERS_MAX - 1);
            end = cut >= begin ? cut + 1 : begin + TEXT_CHARACTERS_MAX;
        }
        var part = text.substring(begin, end);
        var complete = end == text.length();
        var last = first - 1 + (int) part.lines().count();
        var facts = Answer.facts()
                .put("path", tree.name(path))
                .put("text", part)
                .put("first_line", first)
                .put("last_line", last)
                .put("total_lines", total)
                .put("complete", complete);
        var more = complete
                ? ""
                : "\n[lines %d to %d of %d; read on with first_line %d]".formatted(first, last, total, last + 1);
        return new Answer(text.isEmpty() ? "[the file is empty]" : part + more, facts);
    }

    /** Where the text is after so many line ends. */
    private static int lineStart(String text, int from, int lines) {
        var position = from;
        for (var i = 0; i < lines; i++) {
            var end = text.indexOf('\n', position);
            if (end < 0) {
                return text.length();
            }
            position = end + 1;
        }
        return position;
    }

    private Tool writeFile() {
        return new Tool(
                "write_file",
                "Write a text file",
                "Writes a text file in UTF-8, all of it or nothing; missing folders are made. At most %,d bytes."
                        .formatted(TextFile.BYTES_MAX),
                Effect.WRITES,
                List.of(
                        path(),
                        Field.text("text", "What to write.").longest(TextFile.BYTES_MAX),
                        Field.text(
                                        "mode",
                                        "create fails if the file exists, overwrite replaces it, append adds to its end.")
                                .oneOf("create", "overwrite", "append")
                                .orElse("create")),
                List.of(
                        Field.text("path", "What was written."),
                        Field.whole("bytes", "Size of the file now."),
                        Field.flag("created", "Whether the file is new.")),
                this::write);
    }

    private Answer write(Arguments arguments) throws ToolError, InterruptedException {
        var name = arguments.text("path");
        oneWriter.lockInterruptibly();
        try {
            var path = tree.writable(name);
            var exists = Files.exists(path);
            var content = content(arguments, path, exists);
            Files.createDirectories(path.getParent());
            AtomicFile.write(path, path.resolveSibling("." + path.getFileName() + FileTree.PART), content);
            var facts = Answer.facts()
                    .put("path", tree.name(path))
                    .put("bytes", content.length)
                    .put("created", !exists);
            return new Answer(
                    "%s %s (%,d bytes)".formatted(exists ? "Changed" : "Created", tree.name(path), content.length),
                    facts);
        } catch (FileAlreadyExistsException e) {
            throw new ToolError("Cannot write \"%s\": a part of its path is a file, not a folder.".formatted(name), e);
        } catch (IOException e) {
            throw FileTree.failure("Cannot write", name, e);
        } finally {
            oneWriter.unlock();
        }
    }

    private byte[] content(Arguments arguments, Path path, boolean exists) throws ToolError {
        var name = arguments.text("path");
        if (exists && !Files.isRegularFile(path)) {
            throw new ToolError("\"%s\" is a folder; name a file.".formatted(name));
        }
        var mode = arguments.text("mode");
        if (exists && mode.equals("create")) {
            throw new ToolError(
                    "\"%s\" exists already; use mode overwrite or append, or another name.".formatted(name));
        }
        var before = exists && mode.equals("append") ? TextFile.read(path, name) : "";
        var content = (before + arguments.text("text")).getBytes(StandardCharsets.UTF_8);
        if (content.length > TextFile.BYTES_MAX) {
            throw new ToolError("\"%s\" would have %,d bytes; at most %,d are written."
                    .formatted(name, content.length, TextFile.BYTES_MAX));
        }
        return content;
    }

    static Field folder() {
        return Field.text("folder", "Folder, relative to the root folder.")
                .longest(FileTree.PATH_LENGTH_MAX)
                .orElse(".");
    }

    private static Field path() {
        return Field.text("path", "Path of the file, relative to the root folder, as in reports/may.md.")
                .longest(FileTree.PATH_LENGTH_MAX);
    }
}
