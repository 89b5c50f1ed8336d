package dev.forebay.bundled;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Finds files by their names and by what is in them. */
final class FileSearch {
    private static final int MATCHES_MAX = 500;
    private static final int EXCERPT_CHARACTERS_MAX = 200;
    private static final long READ_BYTES_MAX = 64L << 20;

    private final FileTree tree;

    FileSearch(FileTree tree) {
        this.tree = tree;
    }

    Tool tool() {
        return new Tool(
                "search_files",
                "Search files",
                "Finds files whose name matches a pattern, or lines of text files that contain a text. Files of more than"
                        + " %,d bytes and such that are not text are passed over.".formatted(TextFile.BYTES_MAX),
                Effect.READS,
                List.of(
                        Field.text("text", "Text to find in the files; without it only names are matched.")
                                .optional(),
                        Field.text("name", "Pattern of file names, as in *.md or report-*; without it all files.")
                                .optional(),
                        FileTools.folder(),
                        Field.flag("case_sensitive", "Whether upper and lower case differ in the text.")
                                .orElse(false),
                        Field.whole("matches_max", "How many matches to return.")
                                .between(1, MATCHES_MAX)
                                .orElse(50)),
                List.of(
                        Field.list(
                                "matches",
                                "What was found.",
                                List.of(
                                        Field.text("path", "Path of the file."),
                                        Field.whole("line", "The line, counted from 1.")
                                                .optional(),
                                        Field.text("excerpt", "The line, or the part of it around the match.")
                                                .optional())),
                        Field.whole("files_searched", "Files whose name matched."),
                        Field.whole("files_skipped", "How many of them could not be searched for text."),
                        Field.flag("complete", "False if the search ended before everything was seen.")),
                this::search);
    }

    private Answer search(Arguments arguments) throws ToolError, InterruptedException {
        var name = arguments.optionalText("name");
        var text = arguments.optionalText("text");
        if (name.isEmpty() && text.isEmpty()) {
            throw new ToolError("Give \"text\", \"name\" or both: there is nothing to search for.");
        }
        var start = tree.existing(arguments.text("folder"));
        if (!Files.isDirectory(start)) {
            throw new ToolError("\"%s\" is not a folder.".formatted(arguments.text("folder")));
        }
        var facts = Answer.facts();
        var found = new Found(
                facts.putArray("matches"),
                arguments.whole("matches_max"),
                matcher(name),
                text.map(t -> Pattern.compile(
                        t,
                        Pattern.LITERAL
                                | (arguments.flag("case_sensitive")
                                        ? 0
                                        : Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE))));
        try {
            var complete = Walk.below(start, FileTree.DEPTH_MAX, found::visit);
            facts.put("files_searched", found.searched)
                    .put("files_skipped", found.skipped)
                    .put("complete", complete);
            var head = "%d matches in %d files%s\n"
                    .formatted(
                            found.matches.size(),
                            found.searched,
                            complete ? "" : " (the search ended early: narrow it down)");
            return new Answer(head + found.text, facts);
        } catch (IOException e) {
            throw FileTree.failure("Cannot search", arguments.text("folder"), e);
        }
    }

    private static Optional<PathMatcher> matcher(Optional<String> name) throws ToolError {
        try {
            return name.map(n -> FileSystems.getDefault().getPathMatcher("glob:" + n));
        } catch (PatternSyntaxException e) {
            throw new ToolError(
                    "\"name\" is not a pattern: %s. Write it as *.md or report-*.".formatted(e.getDescription()), e);
        }
    }

    /** What one search has come to. */
    private final class Found {
        private final ArrayNode matches;
        private final int matchesMax;
        private final Optional<PathMatcher> names;
        private final Optional<Pattern> lines;
        private final StringBuilder text = new StringBuilder();
        private int searched;
        private int skipped;
        private long bytesRead;

        Found(ArrayNode matches, int matchesMax, Optional<PathMatcher> names, Optional<Pattern> lines) {
            this.matches = matches;
            this.matchesMax = matchesMax;
            this.names = names;
            this.lines = lines;
        }

        boolean visit(Path path, BasicFileAttributes attributes) {
            var file = path.getFileName();
            if (attributes.isDirectory() || (names.isPresent() && !names.get().matches(file))) {
                return true;
            }
            searched++;
            if (lines.isEmpty()) {
                matches.addObject().put("path", tree.name(path));
                text.append(tree.name(path)).append('\n');
                return matches.size() < matchesMax;
            }
            bytesRead += Math.min(attributes.size(), TextFile.BYTES_MAX);
            var content = attributes.isRegularFile() && attributes.size() <= TextFile.BYTES_MAX
                    ? TextFile.tryRead(path)
                    : Optional.<String>empty();
            if (content.isEmpty()) {
                skipped++;
                return bytesRead < READ_BYTES_MAX;
            }
            return match(tree.name(path), content.get(), lines.get()) && bytesRead < READ_BYTES_MAX;
        }

        private boolean match(String path, String content, Pattern wanted) {
            var number = 0;
            for (var line : (Iterable<String>) content.lines()::iterator) {
                number++;
                var match = wanted.matcher(line);
                if (match.find()) {
                    var from = Math.max(0, Math.min(match.start() - 40, line.length() - EXCERPT_CHARACTERS_MAX));
                    var excerpt = line.substring(from, Math.min(line.length(), from + EXCERPT_CHARACTERS_MAX));
                    matches.addObject().put("path", path).put("line", number).put("excerpt", excerpt);
                    text.append("%s:%d: %s\n".formatted(path, number, excerpt));
                    if (matches.size() == matchesMax) {
                        return false;
                    }
                }
            }
            return true;
        }
    }
}
