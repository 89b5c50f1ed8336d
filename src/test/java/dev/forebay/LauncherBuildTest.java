package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherBuildTest {
    private LaunchFolder folder;
    private Path jdk;

    @BeforeEach
    void aJdkAndAMaven(@TempDir Path root) throws IOException {
        folder = new LaunchFolder(root.toRealPath());
        jdk = folder.jdk("jvm/b", "25");
        folder.maven(true);
    }

    @Test
    void buildsOnceWhereNothingIsBuilt() throws Exception {
        folder.write("pom.xml", "<project/>");
        folder.write("src/main/java/A.java", "class A {}");
        var first = folder.run("--version");
        assertEquals(0, first.exit(), first.err());
        assertEquals("forebay: building, which takes a minute or two the first time\n", first.err());
        var second = folder.run("--version");
        assertEquals("", second.err());
        assertEquals(List.of(jdk + " -B -Dmaven.test.skip=true -Dwerror=-nowarn package"), folder.builds());
    }

    @Test
    void leavesAFreshJarAlone() throws Exception {
        folder.built();
        folder.run("--version");
        assertEquals(List.of(), folder.builds());
    }

    @Test
    void buildsAgainAfterAChangeOfASourceOfThePomAndOfAFolder() throws Exception {
        folder.built();
        for (var changed : List.of("src/main/java/A.java", "pom.xml", "src/main/java")) {
            var before = folder.builds().size();
            LaunchFolder.touch(
                    folder.home.resolve("target/forebay.jar"), Instant.now().minusSeconds(60));
            LaunchFolder.touch(folder.home.resolve(changed), Instant.now().minusSeconds(10));
            folder.run("--version");
            assertEquals(before + 1, folder.builds().size(), changed);
        }
    }

    @Test
    void takesABuiltJarWithoutSourcesAsItIs() throws Exception {
        folder.write("target/forebay.jar", "jar");
        Files.delete(folder.root.resolve("bin/mvn"));
        assertEquals(0, folder.run("--version").exit());
    }

    @Test
    void buildsWithAJdkThatHasACompiler() throws Exception {
        folder.jre("jvm/a", "25");
        folder.run("--version");
        assertTrue(folder.builds().getFirst().startsWith(jdk + " "));
    }

    @Test
    void withoutMavenSaysInOneLineWhatIsMissingWhereItLookedAndHowToGetIt() throws Exception {
        Files.delete(folder.root.resolve("bin/mvn"));
        var ran = folder.run("up");
        assertEquals(3, ran.exit());
        assertEquals(1, ran.err().lines().count());
        assertTrue(ran.err().startsWith("forebay: needs Maven 3.8.7 or newer to build; looked for mvn on the PATH"));
        assertTrue(ran.err().contains("apt install maven"));
    }

    @Test
    void showsTheErrorsOfABuildThatFailedAndWhereTheRestIs() throws Exception {
        folder.maven(false);
        var ran = folder.run("up");
        assertEquals(1, ran.exit());
        assertTrue(ran.err()
                .contains("[ERROR] no such symbol\nforebay: the build failed; all that Maven said is in "
                        + folder.home.resolve("target/build.log")));
    }
}
