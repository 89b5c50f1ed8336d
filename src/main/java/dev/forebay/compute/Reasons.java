package dev.forebay.compute;

import dev.forebay.process.CommandMissing;
import dev.forebay.process.LogRing;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Why a replica failed and what to do about it, in words for whoever runs the gateway. */
final class Reasons {
    /**
     * @param brief what clients may know
     * @param whole the same with all that helps to mend it, paths and the replica's own words too
     */
    record Reason(String brief, String whole) {}

    private static final int WORDS_MAX = 300;
    private static final int LINES_SEARCHED = 30;
    private static final Pattern PORT_TAKEN = Pattern.compile(
            "address (is )?(already )?in use|EADDRINUSE|port .{0,40}(already )?in use|couldn'?t bind|only one usage of each",
            Pattern.CASE_INSENSITIVE);

    private final Nodepool nodepool;
    private final String who;
    private final Path file;

    Reasons(Nodepool nodepool, int ordinal, Path file) {
        this.nodepool = nodepool;
        this.who = "nodepool " + nodepool.id() + ", replica " + ordinal;
        this.file = file;
    }

    static boolean isPortTaken(LogRing log) {
        return log.last(LINES_SEARCHED).stream()
                .anyMatch(line -> PORT_TAKEN.matcher(line).find());
    }

    /** The message names the nodepool and the remedy itself. */
    Reason silentNow(int probes, int port, String answer) {
        return reason(
                "it did not answer " + probes + " probes in a row",
                ": GET " + url(port) + ": " + answer + "; it gets no requests until it does; see " + file);
    }

    Reason noPlace(String why) {
        return reason("there is no place for it", ": " + why + "; it starts as soon as there is");
    }

    Reason notPrepared(Exception cause) {
        return reason("a file that it needs cannot be fetched", ": " + cause.getMessage() + "; see prepare");
    }

    Reason stopped() {
        return reason("it was stopped", "");
    }

    Reason noCommand(CommandMissing missing) {
        return new Reason("its program is missing", missing.getMessage() + "; the PATH is " + missing.path());
    }

    Reason noStart(Exception cause) {
        return reason(
                "it cannot be started",
                " in " + file.getParent() + ": " + cause.getMessage()
                        + "; is the data directory writable, and may more files be open (ulimit -n)?");
    }

    Reason endedBeforeReady(int code, LogRing log) {
        return reason(
                "it ended with " + exit(code) + " before it was ready",
                "; " + lastLine(log) + "; see " + file + " and the nodepool's command");
    }

    Reason notReadyInTime(int port, String answer, LogRing log) {
        return reason(
                "it was not ready within start_timeout_seconds (" + nodepool.startTimeoutSeconds() + ")",
                ": GET " + url(port) + ": " + answer + "; " + lastLine(log) + "; see " + file
                        + ", check ready_path, or give it more time");
    }

    Reason ended(int code, LogRing log) {
        return reason("it ended with " + exit(code) + " while it was serving", "; " + lastLine(log) + "; see " + file);
    }

    Reason wentSilent(int probes, int port, String answer, LogRing log) {
        return reason(
                "it did not answer " + probes + " probes in a row",
                ": GET " + url(port) + ": " + answer + "; " + lastLine(log) + "; it is started again; see " + file);
    }

    Reason fault(RuntimeException cause) {
        return reason("the gateway failed to watch over it", ": " + cause + "; the gateway's log says more");
    }

    private Reason reason(String brief, String details) {
        return new Reason(brief, who + ": " + brief + details);
    }

    private String url(int port) {
        return "http://127.0.0.1:" + port + nodepool.readiness();
    }

    /** A shell's convention, which the JDK follows: above 128 the rest is a signal's number. */
    private static String exit(int code) {
        if (code < 0) {
            return "an exit code that is not known";
        }
        return code > 128 && code < 160 ? "exit code " + code + " (signal " + (code - 128) + ")" : "exit code " + code;
    }

    private static String lastLine(LogRing log) {
        return log.last(20).reversed().stream()
                .filter(line -> !line.isBlank())
                .findFirst()
                .map(line -> "it wrote last: \""
                        + (line.length() > WORDS_MAX ? line.substring(0, WORDS_MAX) + "…" : line) + "\"")
                .orElse("it wrote nothing");
    }
}
