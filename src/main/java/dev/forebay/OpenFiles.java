package dev.forebay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many connections the system's limit of open files lets this process have. */
final class OpenFiles {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LINE = "Max open files";

    /** For jars, database, logs, pipes of children, and sockets that listen. */
    private static final int OTHERS = 256;

    private static final int CONNECTIONS_MIN = 64;
    private static final int CONNECTIONS_MAX = 100_000;

    /** Where the system does not tell. */
    private static final int CONNECTIONS_UNTOLD = 4096;

    private OpenFiles() {}

    /** Half of what is left beside all else: a client's request may need a connection to a model server too. */
    static int connectionsMax() {
        try (var lines = Files.lines(LIMITS)) {
            return lines.filter(line -> line.startsWith(LINE))
                    .map(line -> line.substring(LINE.length()).strip().split(" ", 2)[0])
                    .findFirst()
                    .map(OpenFiles::connections)
                    .orElse(CONNECTIONS_UNTOLD);
        } catch (IOException _) {
            return CONNECTIONS_UNTOLD;
        }
    }

    static int connections(String limit) {
        if (!limit.matches("\\d{1,18}")) {
            return CONNECTIONS_MAX;
        }
        return Math.clamp((Long.parseLong(limit) - OTHERS) / 2, CONNECTIONS_MIN, CONNECTIONS_MAX);
    }
}
