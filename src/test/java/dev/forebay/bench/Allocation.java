package dev.forebay.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What the event loops of a JVM have allocated since its start, as {@code jcmd} tells for each thread. */
final class Allocation {
    private static final Pattern LOOP = Pattern.compile("\"vert\\.x-eventloop[^\\n]*?allocated=(\\d+)([BKMG])");

    private Allocation() {}

    /** In bytes; 0 for what is no JVM of ours. */
    static long of(Target target) throws Exception {
        if (!target.name().equals("forebay") || target.process() == null) {
            return 0;
        }
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var process = new ProcessBuilder(jcmd, Long.toString(target.process().pid()), "Thread.print", "-e").start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var sum = 0L;
        for (var found = LOOP.matcher(text); found.find(); ) {
            sum += Long.parseLong(found.group(1))
                    << switch (found.group(2)) {
                        case "K" -> 10;
                        case "M" -> 20;
                        case "G" -> 30;
                        default -> 0;
                    };
        }
        return sum;
    }
}
