package dev.forebay.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process of the benchmark, on a core of its own choosing, with what the kernel has written down about it. */
final class Subject implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;
    private static final long START_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final Process process;
    private final Path log;

    private Subject(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param log gets what it writes to standard error, and standard output too unless {@code readable} */
    static Subject start(int core, Path log, boolean readable, Map<String, String> environment, List<String> command)
            throws IOException {
        var builder = new ProcessBuilder(Cores.pinned(core, command)).redirectError(log.toFile());
        if (!readable) {
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
        }
        builder.environment().putAll(environment);
        return new Subject(builder.start(), log);
    }

    /** The first line of its output. */
    String firstLine() throws IOException {
        return String.valueOf(new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine());
    }

    /** @throws IllegalStateException if it ends or takes too long before the condition holds */
    void await(BooleanSupplier condition) throws InterruptedException {
        var begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() - begun > START_PATIENCE_NANOS) {
                throw new IllegalStateException("a process did not start; see " + log);
            }
            Thread.sleep(2);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** What it has written so far. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** Processor time of all its threads since its start. */
    long cpuNanos() {
        return CpuClock.nanos(pid());
    }

    double residentMib() throws IOException {
        return number(Files.readString(proc("status")), "VmRSS:") / 1024.0;
    }

    int threads() throws IOException {
        return (int) number(Files.readString(proc("status")), "Threads:");
    }

    int openFiles() throws IOException {
        try (var files = Files.list(proc("fd"))) {
            return (int) files.count();
        }
    }

    long openFilesMax() throws IOException {
        return number(Files.readString(proc("limits")), "Max open files");
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(pid()), file);
    }

    private static long number(String text, String name) {
        var line = text.lines().filter(l -> l.startsWith(name)).findFirst().orElseThrow();
        return Long.parseLong(line.substring(name.length()).strip().split("\\s+")[0]);
    }
}
