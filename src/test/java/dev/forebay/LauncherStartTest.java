package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherStartTest {
    private LaunchFolder folder;

    @BeforeEach
    void aBuiltFolderAndAJdk(@TempDir Path root) throws IOException {
        folder = new LaunchFolder(root.toRealPath());
        folder.built();
        folder.jdk("jvm/b", "25");
    }

    @Test
    void becomesTheJvmSoThatSignalsReachIt() throws Exception {
        for (var verb : List.of("up", "--version")) {
            var process = folder.start(verb);
            assertEquals(
                    "pid " + process.pid(), LaunchFolder.finish(process).lines().getFirst());
        }
    }

    @Test
    void passesTheArgumentsOnAsTheyAre() throws Exception {
        var ran = folder.run("up", "--config", "a b.yaml", "*", "");
        assertEquals(List.of("arg up", "arg --config", "arg a b.yaml", "arg *", "arg "), lastOf(ran, 5));
        assertTrue(ran.lines().contains("arg " + folder.home.resolve("target/forebay.jar")));
    }

    @Test
    void startsTheGatewayWithAHeapOfItsOwnAndNoWarnings() throws Exception {
        var ran = folder.run("up");
        assertTrue(ran.out().matches("(?s).*arg -XX:\\+Use(Serial|G1)GC\n.*"), ran.out());
        assertTrue(ran.out().matches("(?s).*arg -Xmx\\d+m\n.*"), ran.out());
        assertTrue(ran.lines()
                .containsAll(List.of(
                        "arg -XX:+UseCompactObjectHeaders",
                        "arg -XX:+ExitOnOutOfMemoryError",
                        "arg --enable-native-access=ALL-UNNAMED")));
        assertEquals("", ran.err());
    }

    @Test
    void takesTheHeapFromTheEnvironmentAndRefusesWhatIsNone() throws Exception {
        assertTrue(folder.with("FOREBAY_HEAP", "3g").run("up").lines().contains("arg -Xmx3g"));
        var refused = folder.with("FOREBAY_HEAP", "plenty").run("up");
        assertEquals(3, refused.exit());
        assertEquals("forebay: FOREBAY_HEAP: need a size such as 512m or 2g, got plenty\n", refused.err());
    }

    @Test
    void letsFurtherFlagsComeLast() throws Exception {
        for (var verb : List.of("up", "--help")) {
            var lines =
                    folder.with("FOREBAY_JAVA_OPTS", "-Xmx64m -Da=b").run(verb).lines();
            assertEquals(
                    List.of("arg -Xmx64m", "arg -Da=b", "arg -jar"), lines.subList(lines.size() - 5, lines.size() - 2));
        }
    }

    @Test
    void keepsShortVerbsSmall() throws Exception {
        var ran = folder.run("--help");
        assertTrue(ran.lines().containsAll(List.of("arg -Xmx96m", "arg -XX:TieredStopAtLevel=1")));
        assertFalse(ran.out().contains("AOT"));
    }

    @Test
    void neitherUsesNorRecordsACacheWithoutAWayToEndTheRecordingOrWhenToldSo() throws Exception {
        assertFalse(folder.run("up").out().contains("AOT"));
        LaunchFolder.executable(folder.root.resolve("jvm/b/bin/jcmd"), "#!/bin/sh\n");
        assertTrue(folder.run("up").out().contains("arg -XX:AOTMode=record"));
        assertFalse(folder.with("FOREBAY_AOT", "off").run("up").out().contains("AOT"));
    }

    @Test
    void sweepsUpAfterARecordingThatWasKilled() throws Exception {
        LaunchFolder.executable(folder.root.resolve("jvm/b/bin/jcmd"), "#!/bin/sh\n");
        var gone = folder.start("--version");
        LaunchFolder.finish(gone);
        folder.write("target/forebay.aot." + gone.pid() + ".conf", "half");
        var alive = "forebay.aot." + ProcessHandle.current().pid() + ".conf";
        folder.write("target/" + alive, "busy");
        folder.run("up");
        assertTrue(folder.cacheFiles().contains(alive));
        assertFalse(Files.exists(folder.home.resolve("target/forebay.aot." + gone.pid() + ".conf")));
    }

    private static List<String> lastOf(LaunchFolder.Ran ran, int count) {
        return ran.lines().subList(ran.lines().size() - count, ran.lines().size());
    }
}
