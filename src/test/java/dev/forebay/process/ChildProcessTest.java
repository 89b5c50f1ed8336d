package dev.forebay.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    private static final Duration PATIENCE = Duration.ofMillis(200);

    @TempDir
    Path folder;

    private final Processes processes =
            new Processes(Map.of("PATH", System.getenv("PATH"), "FOREBAY_ADMIN_KEY", "x", "OTHER", "y"), null);

    @Test
    void givesTheChildOnlyTheEnvironmentThatIsMeantForIt() throws Exception {
        var child = processes.start(new Launch("env", List.of("env"), Map.of("MINE", "1"), folder, false));
        child.exit().get(10, TimeUnit.SECONDS);
        var names = child.log().last(100).stream().map(l -> l.split("=", 2)[0]).toList();
        assertTrue(names.contains("MINE") && names.contains("PATH"));
        assertFalse(names.contains("FOREBAY_ADMIN_KEY") || names.contains("OTHER"));
    }

    @Test
    void endsGrandchildrenWithTheChild() throws Exception {
        var child = pipes("sleep 300 & echo $!; wait");
        var grandchild = Long.parseLong(line(child));
        child.end(PATIENCE);
        ProcessHandle.of(grandchild)
                .ifPresent(p -> p.onExit().orTimeout(5, TimeUnit.SECONDS).join());
        assertFalse(child.isAlive());
    }

    @Test
    void endsAChildThatCannotBeNoted() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        var notes = new Orphans(folder.resolve("file/children"));
        var noting = new Processes(Map.of("PATH", System.getenv("PATH")), notes);
        var launch = new Launch("sleep", List.of("sleep", "300.0042"), Map.of(), folder, false);

        var failure = assertThrows(UncheckedIOException.class, () -> noting.start(launch));

        assertTrue(failure.getMessage().contains("is its directory writable?"), failure.getMessage());
        ProcessHandle.current()
                .children()
                .filter(p -> p.info().commandLine().orElse("").contains("300.0042"))
                .forEach(p -> p.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }

    @Test
    void killsAChildThatIgnoresTheSignalToEnd() throws Exception {
        var child = pipes("trap '' TERM; echo ready; while :; do sleep 1; done");
        line(child);
        child.end(PATIENCE);
        assertFalse(child.isAlive());
    }

    @Test
    void waitsForItsOutputOnNoVirtualThread() throws Exception {
        var child = pipes("echo ready; read x");
        line(child);
        // All stack traces are those of platform threads.
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("sh log") && thread.isDaemon()));
        child.end(PATIENCE);
    }

    @Test
    void leadsAGroupOfItsOwn() throws Exception {
        var child = pipes("ps -o pgid= -p $$; read x");
        assertEquals(child.pid(), Long.parseLong(line(child).strip()));
        child.end(PATIENCE);
    }

    @Test
    void keepsTheLastLinesOfTheLogAndTheExitCode() throws Exception {
        var child = processes.start(
                new Launch("sh", List.of("sh", "-c", "seq 1 2000; echo oops >&2; exit 7"), Map.of(), folder, false));
        assertEquals(7, child.exit().get(10, TimeUnit.SECONDS));
        assertEquals(List.of("2000", "oops"), child.log().last(2));
        assertEquals(500, child.log().last(5000).size());
    }

    @Test
    void saysWhatIsMissingAndWhatToDo() {
        var e = assertThrows(
                CommandMissing.class,
                () -> processes.start(new Launch("mcp x", List.of("no-such-program"), Map.of(), folder, true)));
        assertTrue(String.valueOf(e.getMessage()).contains("no program \"no-such-program\" on the PATH"));
        assertTrue(String.valueOf(e.getMessage()).contains("install it"));
    }

    @Test
    void theNextStartEndsWhatACrashLeftBehindButNoStranger() throws Exception {
        // A file that stays as it is, since the gateway that is to have crashed runs on here, and notes each end.
        var noted = folder.resolve("noted");
        var left = new Processes(Map.of("PATH", System.getenv("PATH")), new Orphans(noted))
                .start(new Launch("left", List.of("sleep", "300"), Map.of(), folder, false));
        var stranger = pipes("read x");
        var file = Files.writeString(
                folder.resolve("children"),
                Files.readString(noted) + "\n" + stranger.pid() + " " + 12345 + " - stranger");

        assertEquals(List.of("left"), new Orphans(file).end(_ -> false));
        left.exit().get(10, TimeUnit.SECONDS);
        assertTrue(stranger.isAlive());
        stranger.end(PATIENCE);
    }

    private ChildProcess pipes(String script) {
        return processes.start(new Launch("sh", List.of("sh", "-c", script), Map.of(), folder, true));
    }

    private static String line(ChildProcess child) throws Exception {
        return new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8)).readLine();
    }
}
