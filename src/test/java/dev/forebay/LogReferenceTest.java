package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/logging-and-environment.md to the sources. */
class LogReferenceTest {
    private static final Pattern EVENT = Pattern.compile(
            "\\.at(?:Level\\([^;)]*Level\\.)?(Info|Warn|Error|INFO|WARN|ERROR)\\(?\\)((?:(?!;).)*?)\\.log\\(\\s*\"([^\"]+)\"\\s*\\)",
            Pattern.DOTALL);
    private static final Pattern KEY = Pattern.compile("addKeyValue\\(\\s*\"(\\w+)\"");
    private static final Pattern FAULT = Pattern.compile("logMistake\\(\\w+, \"([^\"]+)\"\\)");
    private static final Pattern FIELD = Pattern.compile("to\\.(?:text|number)\\(\"(\\w+)\"");
    private static final Pattern EVENT_ROW =
            Pattern.compile("\\| ([^|`]+) \\| (info|warn|error) \\|([^|]*)\\| [^|]+ \\|");
    private static final Pattern FIELD_ROW = Pattern.compile("\\| `(\\w+)` \\| (?:text|number) \\| [^|]+ \\|");
    private static final Pattern VARIABLE_ROW = Pattern.compile("\\| `(FOREBAY_\\w+)` \\|");
    private static final Pattern VARIABLE = Pattern.compile("\\bFOREBAY_[A-Z][A-Z_]*[A-Z]\\b");

    private final String page = read(Path.of("docs/reference/logging-and-environment.md"));

    @Test
    void everyEventOfTheLogIsThereWithItsFieldsAndNoOther() throws IOException {
        var documented = new TreeMap<String, String>();
        for (var row = EVENT_ROW.matcher(page); row.find(); ) {
            documented.put(row.group(1), row.group(2) + " " + words(row.group(3)));
        }
        assertEquals(lines(events()), lines(documented));
    }

    @Test
    void everyFieldOfARequestsLineIsThereAndNoOther() {
        var fields = find(FIELD, read(Path.of("src/main/java/dev/forebay/telemetry/RequestSummary.java")));
        assertEquals(fields, find(FIELD_ROW, page));
    }

    @Test
    void everyVariableOfTheEnvironmentIsThereAndNoOther() throws IOException {
        var used = find(VARIABLE, read(Path.of("forebay")));
        for (var source : sources()) {
            used.addAll(find(VARIABLE, read(source)));
        }
        assertEquals(used, find(VARIABLE_ROW, page));
    }

    private static TreeMap<String, String> events() throws IOException {
        var events = new TreeMap<String, String>();
        for (var source : sources()) {
            var text = read(source);
            for (var event = EVENT.matcher(text); event.find(); ) {
                events.merge(
                        event.group(3),
                        event.group(1).toLowerCase(Locale.ROOT) + " " + find(KEY, event.group(2)),
                        (a, b) -> a.equals(b) ? a : a + " or " + b);
            }
            find(FAULT, text).forEach(sentence -> events.put(sentence, "error [request]"));
        }
        return events;
    }

    private static List<Path> sources() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static Set<String> words(String list) {
        return Arrays.stream(list.split("[`, ]+"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static TreeSet<String> find(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.groupCount() > 0 ? found.group(1) : found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String lines(TreeMap<String, String> events) {
        return events.entrySet().stream().map(Object::toString).collect(Collectors.joining("\n"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
