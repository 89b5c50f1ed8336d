package dev.forebay.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the benchmark, on a core of its own choosing, with what the kernel has written down about it. */
final class Subject implements AutoCloseable {
    private static final long MICROS_PER_TICK = 10_000;
    private static final int PATIENCE_SECONDS = 20;

    private final Process process;

    private Subject(Process process) {
        this.process = process;
    }

    /** @param log gets what it writes to standard error, and standard output too unless {@code readable} */
    static Subject start(int core, Path log, boolean readable, Map<String, String> environment, List<String> command)
            throws IOException {
        var pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        pinned.addAll(command);
        var builder = new ProcessBuilder(pinned).redirectError(log.toFile());
        if (!readable) {
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
        }
        builder.environment().putAll(environment);
        return new Subject(builder.start());
    }

    /** The first line of its output. */
    String firstLine() throws IOException {
        return String.valueOf(new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine());
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** User and system time of all its threads since its start. */
    long cpuMicros() throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
    }

    double residentMib() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("no VmRSS of " + pid());
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
}
