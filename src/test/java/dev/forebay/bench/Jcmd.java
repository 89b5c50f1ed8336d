package dev.forebay.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Questions to another JVM by the JDK's own tool. */
final class Jcmd {
    private Jcmd() {}

    static String run(long pid, String... command) throws Exception {
        var all = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid)));
        all.addAll(List.of(command));
        var process = new ProcessBuilder(Cores.pinned(Cores.LOAD, all))
                .redirectErrorStream(true)
                .start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("jcmd " + String.join(" ", command) + ": " + text);
        }
        return text;
    }
}
