package dev.forebay.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The closed loop of {@code wrk}: a generator in C, which leaves more of its core to the model server than ours. */
final class Wrk {
    static final int CONNECTIONS = 64;

    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern REFUSED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern ERRORS =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    record Answers(long whole, long failed) {}

    private Wrk() {}

    static boolean isThere() {
        return Cores.isThere("wrk");
    }

    static Answers run(Target target, Duration time) throws Exception {
        var script = Path.of("target/bench/wrk-" + target.port() + ".lua").toAbsolutePath();
        var lines = new ArrayList<>(List.of(
                "wrk.method = 'POST'",
                "wrk.headers['content-type'] = 'application/json'",
                "wrk.body = [[" + Target.whole(target.saturable().model()) + "]]"));
        target.headers().forEach((name, value) -> lines.add("wrk.headers['" + name + "'] = '" + value + "'"));
        Files.write(script, lines);
        var url = "http://127.0.0.1:" + target.port() + target.saturable().path();
        var seconds = Math.max(1, time.toSeconds());
        var process = new ProcessBuilder(Cores.pinned(
                        Cores.LOAD,
                        List.of("wrk", "-t1", "-c" + CONNECTIONS, "-d" + seconds, "-s", script.toString(), url)))
                .redirectErrorStream(true)
                .start();
        var text = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0 || !REQUESTS.matcher(text).find()) {
            throw new IllegalStateException("wrk failed against " + target.name() + ": " + text);
        }
        var failed = sum(REFUSED, text) + sum(ERRORS, text);
        return new Answers(sum(REQUESTS, text) - sum(REFUSED, text), failed);
    }

    private static long sum(Pattern pattern, String text) {
        var match = pattern.matcher(text);
        var sum = 0L;
        if (match.find()) {
            for (var group = 1; group <= match.groupCount(); group++) {
                sum += Long.parseLong(match.group(group));
            }
        }
        return sum;
    }
}
