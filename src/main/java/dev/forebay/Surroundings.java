package dev.forebay;

import java.io.File;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What a gateway gets from outside: the only place that asks the machine for it.
 *
 * @param home the folder that holds {@code config/}
 * @param nanos a clock for spans of time
 * @param random must be thread-safe; keys are made from it too
 * @param self program and arguments that start this program again, as a small child
 */
record Surroundings(
        Map<String, String> environment,
        Path home,
        InstantSource clock,
        LongSupplier nanos,
        RandomGenerator random,
        List<String> self) {
    static Surroundings ofThisProcess() {
        return new Surroundings(
                Map.copyOf(System.getenv()),
                homeOfThisProcess(),
                InstantSource.system(),
                System::nanoTime,
                new SecureRandom(),
                child());
    }

    static Path homeOfThisProcess() {
        return Path.of(System.getProperty("forebay.home", ".")).toAbsolutePath().normalize();
    }

    /** Bundled servers and the demo model need little: a small heap, and no compiler that pays only after minutes. */
    private static List<String> child() {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(
                java,
                "-Xmx96m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "-Djdk.reflect.useNativeAccessorOnly=true"));
        var cache = System.getProperty("forebay.aot");
        if (cache != null) {
            // Ours serves them too; a JVM that it does not suit goes without, and need not say so.
            command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off", "-Xlog:cds*=off"));
        }
        command.add("-cp");
        command.add(absolute(System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        return List.copyOf(command);
    }

    /** Children run in folders of their own, where relative entries would lead nowhere. */
    private static String absolute(String classPath) {
        var entries = new ArrayList<String>();
        for (var entry : classPath.split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }
}
