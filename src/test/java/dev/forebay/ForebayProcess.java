package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The program as a process of its own, with the test's Java and class path. */
final class ForebayProcess implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final CompletableFuture<URI> ready = new CompletableFuture<>();
    private final List<Thread> readers = new ArrayList<>();

    private ForebayProcess(Process process) {
        this.process = process;
        readers.add(Thread.ofVirtual().start(() -> read(process.getInputStream(), out)));
        readers.add(Thread.ofVirtual().start(() -> read(process.getErrorStream(), err)));
    }

    /** Makes a terminal, runs the program in a session of its own there, and closes it at the end of its own input. */
    private static final String AT_TERMINAL = """
            use POSIX;
            sysopen(my $terminal, '/dev/ptmx', O_RDWR) or die "no terminal: $!";
            my $locked = pack('i', 0);
            ioctl($terminal, 0x40045431, $locked) or die "cannot unlock: $!";
            my $number = pack('i', 0);
            ioctl($terminal, 0x80045430, $number) or die "has no number: $!";
            my $child = fork;
            if (!$child) {
                setsid();
                sysopen(my $own, '/dev/pts/' . unpack('i', $number), O_RDWR) or die "cannot open: $!";
                close $terminal;
                $SIG{$_} = 'DEFAULT' for qw(INT HUP TERM);
                exec @ARGV;
            }
            while (<STDIN>) {}
            close $terminal;
            waitpid($child, 0);
            exit($? >> 8);
            """;

    /** Whoever runs the tests in the background or without a terminal may have made us deaf to some of these. */
    private static final String HEARING = "$SIG{$_} = 'DEFAULT' for qw(INT HUP TERM); exec @ARGV";

    /** @param environment added to this JVM's own, without the FOREBAY_ variables of that */
    static ForebayProcess run(Map<String, String> environment, String... arguments) throws IOException {
        return run(HEARING, environment, arguments);
    }

    private static ForebayProcess run(String perl, Map<String, String> environment, String... arguments)
            throws IOException {
        var command = new ArrayList<>(List.of(
                "perl",
                "-e",
                perl,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("FOREBAY_"));
        builder.environment().putAll(environment);
        return new ForebayProcess(builder.start());
    }

    /** {@code forebay up} on a free port, with a file of this content. */
    static ForebayProcess up(Path folder, String yaml) throws IOException {
        return up(folder, yaml, Map.of());
    }

    static ForebayProcess up(Path folder, String yaml, Map<String, String> environment) throws IOException {
        var file = folder.resolve("forebay.yaml");
        Files.writeString(file, yaml);
        return run(environment, "up", "--port", "0", "--config", file.toString());
    }

    /** The same, started at a terminal; see {@link #closeTerminal}. */
    static ForebayProcess upAtTerminal(Path folder, String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("forebay.yaml"), yaml);
        return run(AT_TERMINAL, Map.of(), "up", "--port", "0", "--config", file.toString());
    }

    /** The key for everyday use that a gateway has made with its data in this folder. */
    static String key(Path folder) throws IOException {
        return Files.readString(folder.resolve("data/local.key")).strip();
    }

    /** Where it listens, once it does. */
    URI awaitReady() {
        try {
            return ready.get(RunningGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("not ready; it wrote " + out + err, e);
        }
    }

    /** Waits until it takes nothing new any more. */
    void awaitStopping() {
        RunningGateway.await(
                () -> {
                    try {
                        return get("/health/ready").statusCode() == 503;
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                () -> "it does not stop");
    }

    /** Waits for the end and returns the exit code. */
    int awaitExit() {
        try {
            assertTrue(
                    process.waitFor(RunningGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS),
                    () -> "does not end; it wrote " + out + err);
            for (var reader : readers) {
                reader.join();
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String output() {
        return String.join("\n", out);
    }

    String errors() {
        return String.join("\n", err);
    }

    long pid() {
        return process.pid();
    }

    /** What it has started that runs now. */
    List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    /** How much memory it holds, by the system's account. */
    long residentBytes() {
        try (var lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Files and sockets that it has open. */
    long openFiles() {
        try (var files = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The limit of open files of a process, by its id or {@code self}. */
    static long openFilesMax(String pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/limits"))) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.replaceFirst("Max open files\\s+", "").split(" ", 2)[0])
                    .mapToLong(limit -> limit.matches("\\d+") ? Long.parseLong(limit) : Long.MAX_VALUE)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    void closeTerminal() throws IOException {
        process.getOutputStream().close();
    }

    /** Sends SIGHUP. */
    void hangUp() throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-HUP", Long.toString(pid())).start().waitFor());
    }

    /** Sends SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(awaitReady().resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The sum of the metric's series that have all these labels, each as {@code name="value"}. */
    double metric(String name, String... labels) {
        try {
            return RunningGateway.sum(get("/metrics").body(), name, labels);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> chat(String key, String body) throws Exception {
        return HTTP.send(request(key, body), HttpResponse.BodyHandlers.ofString());
    }

    OpenStream stream(String key, String body) throws Exception {
        return new OpenStream(HTTP.send(request(key, body), HttpResponse.BodyHandlers.ofInputStream()));
    }

    private HttpRequest request(String key, String body) {
        return HttpRequest.newBuilder(awaitReady().resolve("/v1/chat/completions"))
                .header("authorization", "Bearer " + key)
                .timeout(RunningGateway.PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private void read(InputStream stream, List<String> lines) {
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                if (line.startsWith("Forebay is ready: ")) {
                    ready.complete(URI.create(line.substring("Forebay is ready: ".length())));
                }
            }
            if (lines == out) {
                ready.completeExceptionally(new IllegalStateException("it has ended"));
            }
        } catch (IOException e) {
            lines.add("reading failed: " + e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
