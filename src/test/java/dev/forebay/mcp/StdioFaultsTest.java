package dev.forebay.mcp;

import static dev.forebay.mcp.Catalogs.NO_PROGRESS;
import static dev.forebay.mcp.Catalogs.PATIENCE;
import static dev.forebay.mcp.Catalogs.fails;
import static dev.forebay.mcp.Catalogs.faulty;
import static dev.forebay.mcp.Catalogs.server;
import static dev.forebay.mcp.Catalogs.text;
import static dev.forebay.mcp.Catalogs.tool;
import static dev.forebay.mcp.Catalogs.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.ToolFailure.Kind;
import dev.forebay.chat.ModelFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Servers that do not come up, go down, or will not go. */
class StdioFaultsTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void failsCallsOfAServerThatDiesAtOnceWithItsExitCodeAndBringsItBack() throws Exception {
        try (var catalogs = new Catalogs("stop_seconds: 1", List.of(faulty("mortal", "")))) {
            var tools = catalogs.open("mortal");
            var before = text(tools, "pid", "");
            var hanging = new CompletableFuture<String>();
            Thread.ofVirtual()
                    .start(() -> hanging.complete(
                            fails(Kind.LOST, () -> text(tools, "hang", "")).getMessage()));
            until(() -> !text(catalogs, "seen").endsWith("most=1"));

            var failure = fails(Kind.LOST, () -> text(tools, "die", "of old age"));

            assertTrue(String.valueOf(failure.getMessage()).contains("exit code 3"), failure.getMessage());
            assertEquals("mortal ended with exit code 3", failure.getMessage());
            assertEquals("boom: of old age", failure.getCause().getMessage());
            assertTrue(hanging.get(20, TimeUnit.SECONDS).contains("exit code 3"));
            assertNotEquals(before, text(tools, "pid", ""));
            until(() -> catalogs.changes.equals(List.of("mortal up", "mortal down", "mortal up")));
            assertEquals(1, catalogs.catalog.status().getFirst().restarts());
        }
    }

    private static String text(Catalogs catalogs, String tool) {
        try {
            return Catalogs.text(catalogs.open("mortal"), tool, "");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(dev.forebay.agent.Tools.Toolbox tools, String tool, String text) throws Exception {
        return Catalogs.text(tools, tool, text);
    }

    @Test
    void endsAStubbornServerAndEverythingThatItHasStarted() throws Exception {
        var catalogs = new Catalogs("stop_seconds: 1", List.of(faulty("tree", "", "stubborn", "grandchild")));
        var server = ProcessHandle.of(Long.parseLong(text(catalogs.open("tree"), "pid", "")))
                .orElseThrow();
        var grandchild = server.descendants().findFirst().orElseThrow();
        catalogs.close();
        server.onExit().get(10, TimeUnit.SECONDS);
        grandchild.onExit().get(10, TimeUnit.SECONDS);
        assertThrows(ModelFailure.ShuttingDown.class, () -> catalogs.open("tree"));
    }

    @Test
    void waitsForAServerThatIsSlowToStart() throws Exception {
        try (var catalogs = new Catalogs("", List.of(faulty("slow", "", "slow-start")))) {
            assertEquals("x", text(catalogs.open("slow"), "echo", "x"));
        }
    }

    @Test
    void saysThatACommandIsMissingAndWhatToDoAndGoesOn() throws Exception {
        var missing = server("lonely", "command: [no-such-program, x]");
        try (var catalogs = new Catalogs("", List.of(missing, faulty("fine", "")))) {
            var tools = catalogs.open("lonely", "fine");
            assertEquals(1, tools.unavailable().size());
            var reason = tools.unavailable().getFirst().reason();
            assertTrue(reason.contains("lonely") && reason.contains("no-such-program") && reason.contains("install"));
            assertEquals("x", text(tools, "echo", "x"));
            assertEquals(
                    ServerStatus.State.DOWN, catalogs.catalog.status().getLast().state());
        }
    }

    @Test
    void letsAServerRestThatDiesAtEveryStart() throws Exception {
        try (var catalogs = new Catalogs("restarts_max: 2", List.of(faulty("brief", "", "dies")))) {
            until(() -> catalogs.catalog.status().getFirst().reason().contains("now resting"));
            var reason = catalogs.open("brief").unavailable().getFirst().reason();
            assertTrue(reason.contains("started 2 times within 60 s"), reason);
            assertTrue(reason.contains("exit code 5"), reason);
            assertFalse(reason.contains("cannot work here"), "what it wrote may hold anything, secrets too");
            var status = catalogs.catalog.status().getFirst().reason();
            assertTrue(status.contains("cannot work here"), status);
        }
    }

    @Test
    void refusesAServerThatSpeaksOnlyAVersionToCome() throws Exception {
        try (var catalogs = new Catalogs("", List.of(faulty("future", "", "future")))) {
            var reason = catalogs.open("future").unavailable().getFirst().reason();
            assertTrue(reason.contains("2999-01-01") && reason.contains("2025-11-25"), reason);
        }
    }

    @Test
    void givesUpOnAServerThatNeverIntroducesItselfAndFailsARequestThatNeedsIt() {
        var mute = faulty("mute", "required: true", "silent");
        var file =
                Catalogs.server("mute", "command: [" + quoted(mute) + "]\nconnect_timeout_seconds: 1\nrequired: true");
        try (var catalogs = new Catalogs("stop_seconds: 1", List.of(file))) {
            var failure = assertThrows(ModelFailure.Broken.class, () -> catalogs.open("mute"));
            assertTrue(String.valueOf(failure.getMessage()).contains("mute"));
        }
    }

    private static String quoted(McpServer server) {
        return "'" + String.join("', '", server.file().command()) + "'";
    }

    @Test
    void leavesAServerAloneAfterFailuresInARowAndTriesAgainLater() throws Exception {
        try (var catalogs =
                new Catalogs("circuit_failures: 2\ncircuit_open_seconds: 1", List.of(faulty("weary", "")))) {
            var tools = catalogs.open("weary");
            var hang = tool(tools, "hang");
            for (var i = 0; i < 2; i++) {
                assertTrue(tools.isAvailable(hang));
                fails(Kind.TIMEOUT, () -> tools.call(hang, Wire.object(), SHORT, PATIENCE, NO_PROGRESS));
            }
            assertFalse(tools.isAvailable(hang));
            fails(Kind.UNAVAILABLE, () -> text(tools, "echo", "too soon"));
            until(() -> tools.isAvailable(hang));
            assertEquals("back", text(tools, "echo", "back"));
            // One failure after a success does not open it again.
            fails(Kind.TIMEOUT, () -> tools.call(hang, Wire.object(), SHORT, PATIENCE, NO_PROGRESS));
            assertTrue(tools.isAvailable(hang));
            assertEquals(0, catalogs.catalog.status().getFirst().restarts(), "it answered the ping");
        }
    }

    @Test
    void replacesAServerThatNoLongerReadsAndEndsItThoughItsInputIsFull() throws Exception {
        try (var catalogs = new Catalogs(
                "stop_seconds: 1\ncircuit_failures: 1\nping_seconds: 1", List.of(faulty("deaf", "", "deaf")))) {
            var tools = catalogs.open("deaf");
            var huge = Wire.object().put("text", "x".repeat(1_000_000));
            fails(Kind.TIMEOUT, () -> tools.call(tool(tools, "echo"), huge, SHORT, PATIENCE, NO_PROGRESS));
            until(() -> catalogs.catalog.status().getFirst().restarts() == 1);
        }
    }

    @Test
    void givesAChildNoVariableOfTheGatewayButThoseOfItsFile() throws Exception {
        var env = server("env", "command: [sh, -c, 'env >&2; exit 1']\nenv: {MINE: here}\nconnect_timeout_seconds: 5");
        try (var catalogs = new Catalogs("restarts_max: 1", List.of(env))) {
            until(() -> catalogs.catalog.status().getFirst().reason().contains("exit code 1"));
            var reason = catalogs.catalog.status().getFirst().reason();
            assertFalse(
                    Pattern.compile("JAVA_HOME|MAVEN|FOREBAY").matcher(reason).find(), reason);
        }
    }
}
