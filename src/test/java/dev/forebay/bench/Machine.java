package dev.forebay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where and when the figures come from. */
record Machine(String date, String processor, int cores, String system, String java) {
    static Machine ofThis() throws IOException {
        var cpus = Path.of("/proc/cpuinfo");
        var processor = !Files.isReadable(cpus)
                ? System.getProperty("os.arch")
                : Files.readString(cpus)
                        .lines()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse(System.getProperty("os.arch"));
        return new Machine(
                LocalDate.now(ZoneOffset.UTC).toString(),
                processor,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " "
                        + System.getProperty("os.version").replaceFirst("-.*", ""),
                "Java " + Runtime.version().feature() + "." + Runtime.version().interim() + "."
                        + Runtime.version().update());
    }

    String line() {
        return date + ", " + processor + ", " + cores + " cores, " + system + ", " + java;
    }
}
