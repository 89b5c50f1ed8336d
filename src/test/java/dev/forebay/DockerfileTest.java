package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be known of an image without building it. */
class DockerfileTest {
    private final String text = read("Dockerfile").replaceAll("\\\\\\n\\s*", " ");

    @Test
    void copiesOnlyWhatIsInTheTreeAndInTheContext() {
        var allowed = read(".dockerignore")
                .lines()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        var missing = new ArrayList<String>();
        for (var copy : instructions("COPY (?!--from)(.*)")) {
            for (var source : Arrays.copyOf(copy, copy.length - 1)) {
                if (!Files.exists(Path.of(source))) {
                    missing.add(source + " is not in the tree");
                }
                if (allowed.stream().noneMatch(a -> source.equals(a) || source.startsWith(a + "/"))) {
                    missing.add(source + " is kept out of the context by .dockerignore");
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void takesFromAnEarlierStageOnlyWhatThatStageHas() {
        var stages = find("(?m)^FROM \\S+ AS (\\S+)").map(m -> m.group(1)).toList();
        var used = find("COPY --from=(\\S+)").map(m -> m.group(1)).distinct().toList();
        assertTrue(stages.containsAll(used), used + " of " + stages);
        assertTrue(read("pom.xml").contains("<finalName>forebay</finalName>"), "target/forebay.jar has another name");
    }

    @Test
    void runsTheSameJavaAsTheBuild() {
        var release = find("<maven.compiler.release>(\\d+)<", read("pom.xml"))
                .findFirst()
                .orElseThrow()
                .group(1);
        assertTrue(text.contains("FROM maven:3.9-eclipse-temurin-" + release + " AS build"));
        assertTrue(text.contains("FROM eclipse-temurin:" + release + "-jre"));
    }

    @Test
    void agreesWithItselfOnPortFolderAndUser() {
        var command = find("(?m)^CMD (.*)").toList().getLast().group(1);
        var port = find("EXPOSE (\\d+)").findFirst().orElseThrow().group(1);
        assertTrue(command.contains("\"--port\", \"" + port + "\""), command);
        assertTrue(text.contains("http://127.0.0.1:" + port + "/health/live"));
        var volume = find("VOLUME (\\S+)").findFirst().orElseThrow().group(1);
        assertTrue(command.contains("\"--data\", \"" + volume + "\""), command);
        var user = find("(?m)^USER (\\d+)").findFirst().orElseThrow().group(1);
        assertTrue(text.contains("--uid " + user) && text.contains("install -d -o " + user));
        assertFalse(user.equals("0"));
    }

    @Test
    void startsWithArgumentsThatTheProgramKnows() {
        var command = find("(?m)^CMD (\\[.*)").toList().getLast().group(1);
        var arguments = find("\"([^\"]*)\"", command).map(m -> m.group(1)).toArray(String[]::new);
        assertEquals(
                "up",
                Main.commandLine()
                        .parseArgs(arguments)
                        .subcommand()
                        .commandSpec()
                        .name());
    }

    private List<String[]> instructions(String pattern) {
        return find("(?m)^" + pattern).map(m -> m.group(1).strip().split(" +")).toList();
    }

    private Stream<MatchResult> find(String pattern) {
        return find(pattern, text);
    }

    private static Stream<MatchResult> find(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
