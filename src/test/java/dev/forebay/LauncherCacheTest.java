package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AOT cache with the JVM that runs this test and a jar of one class that says how it was started. */
class LauncherCacheTest {
    private static final String STAND_IN = """
            import java.lang.management.ManagementFactory;
            import java.nio.file.*;

            public class StandIn {
                public static void main(String[] args) throws Exception {
                    var flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
                    System.out.println(flags.stream().filter(f -> f.startsWith("-XX:AOT")).map(f -> f.split("=")[0]).toList());
                    var ready = System.getenv("FOREBAY_READY_FILE");
                    if (ready != null && System.getenv("NEVER_READY") == null) Files.writeString(Path.of(ready), "" + ProcessHandle.current().pid());
                    System.in.read();
                }
            }
            """;

    private LaunchFolder folder;

    @BeforeEach
    void aBuiltFolderAndThisJdk(@TempDir Path root) throws IOException {
        folder = new LaunchFolder(root.toRealPath());
        folder.built();
        folder.with("JAVA_HOME", System.getProperty("java.home"));
        standIn(folder.home.resolve("target/forebay.jar"));
    }

    @Test
    void recordsOnTheFirstRunUsesItWhereItFitsAndSaysNothingOfItEvenIfItIsBroken() throws Exception {
        var first = folder.start("up");
        assertEquals("[-XX:AOTMode, -XX:AOTConfiguration]", out(first).readLine());
        await(() -> folder.cacheFiles().equals(List.of("forebay.aot", "forebay.aot.stamp")));
        end(first);

        var second = folder.start("up");
        assertEquals("[-XX:AOTCache]", out(second).readLine());
        end(second);

        folder.write("target/forebay.aot", "not a cache");
        var broken = folder.start("up");
        assertEquals("[-XX:AOTCache]", out(broken).readLine());
        end(broken);

        var otherFlags = folder.with("FOREBAY_JAVA_OPTS", "-Xss1m").start("up");
        assertEquals("[-XX:AOTMode, -XX:AOTConfiguration]", out(otherFlags).readLine());
        end(otherFlags);
        folder.without("FOREBAY_JAVA_OPTS");

        standIn(folder.home.resolve("target/forebay.jar"), "x");
        var otherJar = folder.start("up");
        assertEquals("[-XX:AOTMode, -XX:AOTConfiguration]", out(otherJar).readLine());
        end(otherJar);
        await(() -> folder.cacheFiles().equals(List.of("forebay.aot", "forebay.aot.stamp")));
    }

    @Test
    void leavesNothingBehindIfTheGatewayEndsFirst() throws Exception {
        // Else a slow machine would have a cache made in time.
        var gateway = folder.with("NEVER_READY", "1").start("up");
        out(gateway).readLine();
        end(gateway);
        await(() -> folder.cacheFiles().isEmpty());
    }

    /** Ends the gateway and expects that neither it nor the launcher has printed anything more. */
    private static void end(Process gateway) throws Exception {
        gateway.getOutputStream().close();
        assertTrue(gateway.waitFor(20, TimeUnit.SECONDS));
        var ran = LaunchFolder.finish(gateway);
        assertEquals(new LaunchFolder.Ran(0, "", ""), ran);
    }

    private static BufferedReader out(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (var attempts = 0; !condition.getAsBoolean(); attempts++) {
            assertTrue(attempts < 600, "waited for 60 s");
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void standIn(Path jar, String... entries) throws IOException {
        var sources = Files.createDirectories(folder.root.resolve("stand-in"));
        var source = Files.writeString(sources.resolve("StandIn.java"), STAND_IN);
        var compiler = ToolProvider.getSystemJavaCompiler();
        assertEquals(0, compiler.run(null, null, null, "-d", sources.toString(), source.toString()));
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "StandIn");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new ZipEntry("StandIn.class"));
            Files.copy(sources.resolve("StandIn.class"), out);
            for (var entry : entries) {
                out.putNextEntry(new ZipEntry(entry));
            }
        }
    }
}
