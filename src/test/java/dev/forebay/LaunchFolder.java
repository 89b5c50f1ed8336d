package dev.forebay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A folder with a copy of the launcher, cut off from this machine: it finds only the JDKs and the Maven that a test puts
 * there. What is started prints its path, its environment of interest and each argument.
 */
final class LaunchFolder {
    private static final List<String> TOOLS = List.of(
            "awk cat cksum dirname find getconf grep head ls mkdir mv nice nproc ps readlink rm sed sleep tail touch uname"
                    .split(" "));

    record Ran(int exit, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    final Path root;
    final Path home;
    private final Map<String, String> environment = new LinkedHashMap<>();

    LaunchFolder(Path root) throws IOException {
        this.root = root;
        this.home = Files.createDirectories(root.resolve("my clone"));
        var script = Files.readString(Path.of("forebay"))
                .replaceFirst("usual_places='[^']*'", "usual_places='" + root + "/jvm/*'")
                .replaceFirst("usual_mavens='[^']*'", "usual_mavens=")
                .replaceFirst("idle_seconds=\\d+", "idle_seconds=1");
        executable(home.resolve("forebay"), script);
        var tools = Files.createDirectories(root.resolve("bin"));
        for (var tool : TOOLS) {
            var found = Stream.of("/usr/bin", "/bin", "/usr/sbin")
                    .map(folder -> Path.of(folder, tool))
                    .filter(Files::isExecutable)
                    .findFirst();
            if (found.isPresent()) {
                executable(tools.resolve(tool), "#!/bin/sh\nexec " + found.get() + " \"$@\"\n");
            }
        }
        environment.put("PATH", tools.toString());
        environment.put("HOME", Files.createDirectories(root.resolve("user")).toString());
    }

    /** A JDK that tells what it was started with. */
    Path jdk(String where, String version) throws IOException {
        var jdk = jre(where, version);
        executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        return jdk;
    }

    Path jre(String where, String version) throws IOException {
        var folder = root.resolve(where);
        executable(folder.resolve("bin/java"), """
                #!/bin/sh
                if [ "$1" = -version ]; then echo 'openjdk version "%s" 2025-09-16' >&2; exit; fi
                echo "pid $$"
                echo "java $0"
                for arg in "$@"; do echo "arg $arg"; done
                """.formatted(version));
        Files.writeString(folder.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        return folder;
    }

    /** A Maven that counts its runs and makes the jar, or fails. */
    void maven(boolean succeeds) throws IOException {
        executable(root.resolve("bin/mvn"), """
                #!/bin/sh
                echo "$JAVA_HOME $*" >>'%s/builds'
                %s
                """.formatted(
                        root, succeeds ? "echo > target/forebay.jar" : "echo '[ERROR] no such symbol'; exit 1"));
    }

    List<String> builds() throws IOException {
        var builds = root.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds) : List.of();
    }

    /** As after a build, a minute ago. */
    void built() throws IOException {
        write("pom.xml", "<project/>");
        write("src/main/java/A.java", "class A {}");
        write("target/forebay.jar", "jar");
        write("target/lib/vertx-core.jar", "lib");
        try (var files = Files.walk(home)) {
            for (var file : files.toList()) {
                touch(file, Instant.now().minusSeconds(file.endsWith("forebay.jar") ? 60 : 120));
            }
        }
    }

    static void touch(Path file, Instant when) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(when));
    }

    Path write(String file, String text) throws IOException {
        var path = home.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    LaunchFolder with(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    LaunchFolder without(String variable) {
        environment.remove(variable);
        return this;
    }

    Process start(String... arguments) throws IOException {
        return start(home.resolve("forebay"), arguments);
    }

    Process start(Path script, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(root.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    Ran run(String... arguments) throws IOException, InterruptedException {
        return finish(start(arguments));
    }

    static Ran finish(Process process) throws InterruptedException {
        try (var out = process.getInputStream();
                var err = process.getErrorStream()) {
            var ran = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            var errors = new String(err.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return new Ran(process.exitValue(), ran, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The recording's and the cache's files. */
    List<String> cacheFiles() {
        try (var files = Files.list(home.resolve("target"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("forebay.aot"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
