package dev.forebay.mcp;

import static dev.forebay.mcp.Catalogs.CALLER;
import static dev.forebay.mcp.Catalogs.server;
import static dev.forebay.mcp.Catalogs.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.Source;
import dev.forebay.chat.ModelFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BundledServersTest {
    private static final List<McpServer> SERVERS = List.of(
            server("time", "bundled: time\nconnect_timeout_seconds: 20"),
            server("calculator", "bundled: calculator\ntrusted: true"),
            server("files", "bundled: files"),
            server("notes", "bundled: notes\nsettings: {file: my-notes.json}"),
            server("docs", "bundled: files\nsettings: {root: docs}"),
            server("clock", "bundled: time\nenabled: false"));

    @Test
    void shareOneProcessAndEachShowsItsOwnToolsOnly() throws Exception {
        try (var catalogs = new Catalogs("", SERVERS, Path.of("target/data"))) {
            var tools = catalogs.open("time", "calculator", "files", "notes");
            assertEquals(
                    List.of("calculator_tool", "files_tool", "notes_tool", "time_tool"),
                    tools.tools().stream().map(t -> t.name()).toList());
            var data = Path.of("target/data").toAbsolutePath();
            var notes = Path.of("notes/my-notes.json").toAbsolutePath();
            var expected = "[time, calculator, files=" + data.resolve("files") + ", notes=" + notes + "]";
            assertEquals(pid(text(tools, "time_tool", "")), pid(text(tools, "notes_tool", "")));
            assertTrue(text(tools, "files_tool", "").endsWith(expected), text(tools, "files_tool", ""));
            assertTrue(catalogs.operations.stream().anyMatch(o -> o.server().equals("time")));
        }
    }

    @Test
    void takeASecondProcessForASecondFolder() throws Exception {
        try (var catalogs = new Catalogs("", SERVERS)) {
            var first = text(catalogs.open("files"), "files_tool", "");
            var second = text(catalogs.open("docs"), "files_tool", "");
            assertNotEquals(pid(first), pid(second));
            assertTrue(second.endsWith("[files=" + Path.of("docs/docs").toAbsolutePath() + "]"), second);
        }
    }

    private static String pid(String text) {
        return text.split(" ", 2)[0];
    }

    @Test
    void anUnknownNameIsRefusedWithTheNearestOne() {
        try (var catalogs = new Catalogs("", SERVERS)) {
            var refusal = assertThrows(ModelFailure.BadRequest.class, () -> catalogs.open("calcualtor"));
            assertTrue(String.valueOf(refusal.getMessage()).contains("did you mean \"calculator\""));
            assertEquals("mcp_servers[0]", refusal.param());
        }
    }

    @Test
    void aServerThatIsSwitchedOffIsUnavailableAndSaysHowToSwitchItOn() throws Exception {
        try (var catalogs = new Catalogs("", SERVERS)) {
            var reason = catalogs.open("clock").unavailable().getFirst().reason();
            assertTrue(reason.contains("enabled: false"), reason);
            assertTrue(catalogs.catalog.status().stream()
                    .anyMatch(s -> s.server().equals("clock") && s.state() == ServerStatus.State.DISABLED));
        }
    }

    @Test
    void aServerThatModelAndRequestBothNameIsTakenOnceWithTheToolsOfBoth() throws Exception {
        try (var catalogs = new Catalogs("", SERVERS)) {
            var restricted = new Source("time", "time", Set.of("other"), Map.of(), null);
            var whole = new Source("time", "time", Set.of(), Map.of(), "mcp_servers[0]");
            assertEquals(
                    0,
                    catalogs.catalog.open(List.of(restricted), CALLER).tools().size());
            assertEquals(
                    1,
                    catalogs.catalog
                            .open(List.of(restricted, whole), CALLER)
                            .tools()
                            .size());
        }
    }
}
