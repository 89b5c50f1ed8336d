package dev.forebay.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

/**
 * What happened to a replica and when, in nanoseconds of the wall clock, which all processes here share: the shell that
 * becomes it writes the first line, itself the second once it listens, and the third when it is asked something first.
 */
final class Moments {
    /** All three. */
    record Three(long ordered, long listening, long asked) {}

    private final Path file;
    private boolean isAsked;

    Moments(Path file) {
        this.file = file;
    }

    /** The command that starts it, with the port that its last argument but one stands for. */
    static List<String> command(Path file, String port) {
        return List.of(
                "sh",
                "-c",
                "date +%s%N > " + file + " && exec " + String.join(" ", Stage.mockCommand("64m", port, "" + file)));
    }

    void listening() {
        note();
    }

    /** Only the first time counts. */
    void asked() {
        if (!isAsked) {
            isAsked = true;
            note();
        }
    }

    Three three() throws IOException {
        var lines = Files.readAllLines(file);
        return new Three(Long.parseLong(lines.get(0)), Long.parseLong(lines.get(1)), Long.parseLong(lines.get(2)));
    }

    static long now() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    private void note() {
        try {
            Files.writeString(file, now() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
