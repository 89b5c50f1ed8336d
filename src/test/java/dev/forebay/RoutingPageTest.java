package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/routing.md to the tests that it names. */
class RoutingPageTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|Slow))(?:\\.(\\w+))?`");

    private final String page;
    private final List<Path> tests;

    RoutingPageTest() throws IOException {
        page = Files.readString(Path.of("docs/reference/routing.md"));
        try (var files = Files.walk(Path.of("src/test/java"))) {
            tests = files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void theTestsThatItNamesExist() {
        var named = NAMED.matcher(page).results().toList();
        assertTrue(named.size() > 30);
        assertEquals(
                List.of(),
                named.stream()
                        .filter(name -> !exists(name))
                        .map(MatchResult::group)
                        .toList());
    }

    @Test
    void eachComplaintHasARow() {
        assertEquals(
                IntStream.rangeClosed(1, 20).mapToObj(number -> "T" + number).collect(Collectors.toList()),
                Pattern.compile("(?m)^\\| (T\\d+) \\| .* \\| \\S.* \\|$")
                        .matcher(page)
                        .results()
                        .map(row -> row.group(1))
                        .toList());
    }

    private boolean exists(MatchResult name) {
        return tests.stream()
                .filter(file -> file.endsWith(name.group(1) + ".java"))
                .anyMatch(file -> name.group(2) == null || text(file).contains(" " + name.group(2) + "("));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
