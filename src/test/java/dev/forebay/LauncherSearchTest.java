package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherSearchTest {
    private LaunchFolder folder;

    @BeforeEach
    void builtWithNoJdkAnywhere(@TempDir Path root) throws IOException {
        folder = new LaunchFolder(root.toRealPath());
        folder.built();
    }

    @Test
    void takesTheFirstJdkThatIsNewEnough() throws Exception {
        folder.jdk("jvm/a", "17.0.15");
        folder.jdk("jvm/b", "25.0.3");
        folder.jdk("jvm/c", "26");
        assertEquals("jvm/b", found());
    }

    @Test
    void searchesInTheOrderThatItsMessageNames() throws Exception {
        folder.jdk("user/.jdks/x", "25");
        assertEquals("user/.jdks/x", found());
        folder.jdk("user/.sdkman/candidates/java/x", "25");
        assertEquals("user/.sdkman/candidates/java/x", found());
        folder.jdk("jvm/x", "25");
        assertEquals("jvm/x", found());
        Files.createSymbolicLink(
                folder.root.resolve("bin/java"), folder.jdk("path", "25").resolve("bin/java"));
        assertEquals("path", found());
        folder.with("JAVA_HOME", folder.jdk("java home", "25"));
        assertEquals("java home", found());
        folder.with("FOREBAY_JAVA_HOME", folder.jdk("ours", "25"));
        assertEquals("ours", found());
    }

    @Test
    void passesOverAJavaHomeThatIsTooOld() throws Exception {
        folder.with("JAVA_HOME", folder.jdk("old", "1.8.0_462"));
        folder.jdk("jvm/x", "25-ea");
        assertEquals("jvm/x", found());
    }

    @Test
    void doesNotPassOverTheJdkThatItWasTold() throws Exception {
        folder.jdk("jvm/x", "25");
        var told = folder.jdk("told", "21.0.2");
        var ran = folder.with("FOREBAY_JAVA_HOME", told).run("--version");
        assertEquals(3, ran.exit());
        assertEquals(
                "forebay: FOREBAY_JAVA_HOME is " + told + ", which holds no JDK 25 or newer (found 21.0.2);"
                        + " point it at one, or unset it to search the usual places\n",
                ran.err());
    }

    @Test
    void asksAJdkWithoutAReleaseFileForItsVersion() throws Exception {
        Files.delete(folder.jdk("jvm/x", "25.0.1").resolve("release"));
        assertEquals("jvm/x", found());
    }

    @Test
    void asksAShimOnThePathWhereItsJdkIs() throws Exception {
        var hidden = folder.jdk("hidden", "25");
        LaunchFolder.executable(
                folder.root.resolve("bin/java"), "#!/bin/sh\necho '    java.home = " + hidden + "' >&2\n");
        assertEquals("hidden", found());
    }

    @Test
    void withoutAJdkSaysInOneLineWhatIsMissingWhereItLookedAndHowToGetIt() throws Exception {
        var old = folder.jdk("jvm/old", "17.0.15");
        var ran = folder.run("up");
        assertEquals(3, ran.exit());
        assertEquals("", ran.out());
        assertEquals(1, ran.err().lines().count());
        assertTrue(ran.err().startsWith("forebay: needs a JDK 25 or newer; looked in JAVA_HOME, java on the PATH"));
        assertTrue(ran.err().contains("found only 17.0.15 in " + old + "."));
        assertTrue(ran.err().contains("apt install openjdk-25-jdk"));
    }

    @Test
    void findsItsHomeThroughLinks() throws Exception {
        folder.jdk("jvm/x", "25");
        var first = Files.createSymbolicLink(folder.root.resolve("first"), folder.home.resolve("forebay"));
        var second = Files.createSymbolicLink(folder.root.resolve("second"), first.getFileName());
        var ran = LaunchFolder.finish(folder.start(second, "--version"));
        assertTrue(ran.lines().contains("arg -Dforebay.home=" + folder.home), ran.out());
    }

    private String found() throws Exception {
        var ran = folder.run("--version");
        assertEquals(0, ran.exit(), ran.err());
        var java = Path.of(ran.lines().get(1).substring("java ".length()));
        return folder.root.relativize(java.getParent().getParent()).toString();
    }
}
