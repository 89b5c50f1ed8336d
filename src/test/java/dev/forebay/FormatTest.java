package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every source file is formatted. It runs on the tests' own JVM, because Maven's may be too old to read Java 25. */
class FormatTest {
    private final Formatter formatter = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(Style.PALANTIR).build());

    @Test
    void everySourceFileIsFormatted() throws IOException {
        try (var files = Files.walk(Path.of("src"))) {
            var wrong = files
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("node_modules"))
                    .sorted()
                    .toList()
                    .parallelStream()
                    .map(this::difference)
                    .filter(Objects::nonNull)
                    .collect(Collectors.toList());
            assertEquals(
                    "",
                    String.join("\n", wrong),
                    "run `mvn spotless:apply` with JAVA_HOME at a JDK 25; files that are not formatted:\n");
        }
    }

    @Test
    void understandsTheNewestSyntax() throws FormatterException {
        assertFalse(format("class A { int f(Object o) { return switch (o) { case String _ -> 1; default -> 2; }; } }")
                .isEmpty());
    }

    /** The same steps as Spotless takes, so that what it wrote passes here. */
    private String format(String source) throws FormatterException {
        var ordered = ImportOrderer.reorderImports(source, Style.PALANTIR);
        return formatter.formatSource(RemoveUnusedImports.removeUnusedImports(ordered));
    }

    /** The first line that differs, or null. */
    private String difference(Path file) {
        try {
            var have = Files.readString(file);
            var want = format(have);
            if (have.equals(want)) {
                return null;
            }
            var haveLines = have.lines().toList();
            var wantLines = want.lines().toList();
            var line = IntStream.range(0, Math.min(haveLines.size(), wantLines.size()))
                    .filter(i -> !haveLines.get(i).equals(wantLines.get(i)))
                    .findFirst()
                    .orElse(Math.min(haveLines.size(), wantLines.size()));
            return file + ":" + (line + 1) + ": want \"" + (line < wantLines.size() ? wantLines.get(line) : "the end")
                    + "\"";
        } catch (IOException | FormatterException e) {
            return file + ":1: cannot be formatted: " + e.getMessage();
        }
    }
}
