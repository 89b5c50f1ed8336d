package dev.forebay.mcp;

import static dev.forebay.mcp.Catalogs.CALLER;
import static dev.forebay.mcp.Catalogs.fails;
import static dev.forebay.mcp.Catalogs.faulty;
import static dev.forebay.mcp.Catalogs.server;
import static dev.forebay.mcp.Catalogs.settings;
import static dev.forebay.mcp.Catalogs.source;
import static dev.forebay.mcp.Catalogs.tool;
import static dev.forebay.mcp.Catalogs.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.ToolFailure.Kind;
import dev.forebay.agent.Tools.Toolbox;
import dev.forebay.chat.ModelFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What requests of before and after find when the configuration of the servers is replaced. */
class ReconfiguredServersTest {
    @Test
    void aServerThatIsTheSameStaysAndOneThatIsNewIsStarted() throws Exception {
        try (var catalogs = new Catalogs("", List.of(faulty("kept", "env: {TOKEN: one}")))) {
            var pid = pid(catalogs.open("kept"));
            until(() -> catalogs.changes.contains("kept up"));

            var leaving = catalogs.catalog.configure(
                    settings("allowed_hosts: [example.com]"),
                    List.of(
                            faulty("kept", "env: {TOKEN: one}"),
                            faulty("added", ""),
                            server("lonely", "command: [no-such-program]")));

            assertEquals(pid, pid(catalogs.open("kept")));
            assertNotEquals(pid, pid(catalogs.open("added")));
            until(() -> status(catalogs, "lonely").state() == ServerStatus.State.DOWN);
            assertEquals(1, catalogs.open("lonely").unavailable().size());
            leaving.end();
            assertEquals(pid, pid(catalogs.open("kept")));
            until(() -> catalogs.changes.equals(List.of("kept up", "added up")));
        }
    }

    @Test
    void aRemovedServerServesThoseWhoHadItUntilTheEnd() throws Exception {
        try (var catalogs = new Catalogs("stop_seconds: 1", List.of(faulty("gone", ""), faulty("kept", "")))) {
            var before = catalogs.open("gone", "kept");
            var earlier = catalogs.catalog.asConfigured();
            var process = process(catalogs.open("gone"));
            until(() -> catalogs.changes.size() == 2);

            var leaving = catalogs.catalog.configure(settings("stop_seconds: 1"), List.of(faulty("kept", "")));

            assertThrows(ModelFailure.BadRequest.class, () -> catalogs.open("gone"));
            assertEquals("x", text(before, "gone", "echo", "x"));
            var admitted = earlier.open(List.of(source("gone", Map.of())), CALLER);
            assertEquals(String.valueOf(process.pid()), pid(admitted));
            assertTrue(status(catalogs, "gone").reason().contains("removed from the configuration"));
            leaving.end();
            process.onExit().get(20, TimeUnit.SECONDS);
            fails(Kind.UNAVAILABLE, () -> text(before, "gone", "echo", "x"));
            assertEquals("x", text(before, "kept", "echo", "x"));
            assertEquals(
                    List.of("kept"),
                    catalogs.catalog.status().stream().map(ServerStatus::server).toList());
            assertEquals("gone down", catalogs.changes.getLast());
            leaving.end();
        }
    }

    @Test
    void aChangedServerIsStartedBesideTheOldOneAndServesThoseWhoComeLater() throws Exception {
        try (var catalogs = new Catalogs("", List.of(faulty("x", "tool_timeout_seconds: 7\nenv: {TOKEN: one}")))) {
            var before = catalogs.open("x");
            var process = process(before);
            until(() -> catalogs.changes.contains("x up"));

            var leaving = catalogs.catalog.configure(
                    settings(""), List.of(faulty("x", "tool_timeout_seconds: 9\nenv: {TOKEN: two}")));

            var after = catalogs.open("x");
            assertNotEquals(process.pid(), process(after).pid());
            assertEquals(process.pid(), process(before).pid());
            assertEquals(Duration.ofSeconds(7), tool(before, "echo").timeout().orElseThrow());
            assertEquals(Duration.ofSeconds(9), tool(after, "echo").timeout().orElseThrow());
            until(() -> catalogs.changes.equals(List.of("x up", "x down", "x up")));
            leaving.end();
            process.onExit().get(20, TimeUnit.SECONDS);
            assertEquals("x", text(after, "echo", "x"));
            assertEquals(3, catalogs.changes.size(), "the old one no longer speaks for the server");
        }
    }

    @Test
    void aCallUnderWayOnARemovedServerGetsItsResult() throws Exception {
        try (var catalogs = new Catalogs("", List.of(faulty("gone", "")))) {
            var before = catalogs.open("gone");
            var met = new CompletableFuture<String>();
            Thread.ofVirtual().start(() -> {
                try {
                    met.complete(text(before, "meet", ""));
                } catch (Exception e) {
                    met.completeExceptionally(e);
                }
            });
            until(() -> status(catalogs, "gone").calls() == 1);

            catalogs.catalog.configure(settings(""), List.of());

            assertEquals("met", text(before, "meet", ""));
            assertEquals("met", met.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void eachOfSeveralConfigurationsKeepsWhatItsOwnRequestsUse() throws Exception {
        try (var catalogs = new Catalogs("", List.of(faulty("x", "description: one"), faulty("shared", "")))) {
            var first = catalogs.open("x", "shared");
            var leavingFirst = catalogs.catalog.configure(
                    settings(""), List.of(faulty("x", "description: two"), faulty("shared", "")));
            var second = catalogs.open("x", "shared");
            var leavingSecond = catalogs.catalog.configure(settings(""), List.of(faulty("x", "description: three")));
            var third = catalogs.open("x");
            var firstProcess = process(first, "x");
            var secondProcess = process(second, "x");
            var shared = process(first, "shared");
            assertEquals(shared.pid(), process(second, "shared").pid());

            leavingSecond.end();
            secondProcess.onExit().get(20, TimeUnit.SECONDS);
            assertEquals(firstProcess.pid(), process(first, "x").pid());
            assertEquals(shared.pid(), process(first, "shared").pid());

            leavingFirst.end();
            firstProcess.onExit().get(20, TimeUnit.SECONDS);
            shared.onExit().get(20, TimeUnit.SECONDS);
            assertEquals("x", text(third, "echo", "x"));
        }
    }

    @Test
    void closingEndsWhatLeavesToo() throws Exception {
        var catalogs = new Catalogs("stop_seconds: 1", List.of(faulty("x", "", "stubborn"), faulty("y", "")));
        var x = process(catalogs.open("x"));
        var y = process(catalogs.open("y"));
        var leaving = catalogs.catalog.configure(settings("stop_seconds: 1"), List.of(faulty("y", "")));
        leaving.end();
        catalogs.catalog.configure(settings("stop_seconds: 1"), List.of());

        catalogs.close();

        x.onExit().get(20, TimeUnit.SECONDS);
        y.onExit().get(20, TimeUnit.SECONDS);
        catalogs.catalog.configure(settings(""), List.of(faulty("x", ""))).end();
        assertThrows(ModelFailure.ShuttingDown.class, () -> catalogs.open("x"));
    }

    @Test
    void settingsThatServersRunByStartThemAnew() throws Exception {
        try (var catalogs = new Catalogs("", List.of(faulty("x", "")))) {
            var process = process(catalogs.open("x"));

            var leaving = catalogs.catalog.configure(settings("calls_max: 3"), List.of(faulty("x", "")));

            assertNotEquals(process.pid(), process(catalogs.open("x")).pid());
            leaving.end();
            process.onExit().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void theSessionOfARemovedServerIsEndedBeforeItsClientIs() throws Exception {
        try (var http = new FaultHttpServer("json");
                var catalogs = new Catalogs("", List.of(server("remote", "url: " + http.url())))) {
            var before = catalogs.open("remote");

            var leaving = catalogs.catalog.configure(settings("calls_max: 3"), List.of());

            assertEquals("x", text(before, "echo", "x"));
            leaving.end();
            until(() -> http.requests.getLast().equals("DELETE"));
        }
    }

    @Test
    void aHostThatIsNoLongerAllowedServesThoseWhoHadIt() throws Exception {
        try (var http = new FaultHttpServer("json");
                var catalogs = new Catalogs("allowed_hosts: [127.0.0.1]", List.of())) {
            var before = catalogs.open(http.url());

            var leaving = catalogs.catalog.configure(settings(""), List.of());

            assertThrows(ModelFailure.BadRequest.class, () -> catalogs.open(http.url()));
            assertEquals("x", text(before, "echo", "x"));
            assertEquals(1, catalogs.catalog.urlConnections());
            leaving.end();
            until(() -> http.requests.getLast().equals("DELETE"));
            fails(Kind.UNAVAILABLE, () -> text(before, "echo", "x"));
            assertEquals(0, catalogs.catalog.urlConnections());
        }
    }

    @Test
    void bundledServersThatAreTheSameKeepTheProcessThatTheyShare() throws Exception {
        var time = server("time", "bundled: time\nconnect_timeout_seconds: 20");
        var notes = server("notes", "bundled: notes\nconnect_timeout_seconds: 20");
        var files = server("files", "bundled: files\nconnect_timeout_seconds: 20");
        try (var catalogs = new Catalogs("", List.of(time, notes))) {
            var before = text(catalogs.open("time"), "time_tool", "");

            catalogs.catalog.configure(settings(""), List.of(time, files)).end();

            assertEquals(before, text(catalogs.open("time"), "time_tool", ""));
            assertTrue(before.endsWith(
                    "[time, notes=" + Path.of("target/notes.json").toAbsolutePath() + "]"));
            assertNotEquals(before, text(catalogs.open("files"), "files_tool", ""));
            assertThrows(ModelFailure.BadRequest.class, () -> catalogs.open("notes"));
        }
    }

    private static ServerStatus status(Catalogs catalogs, String server) {
        return catalogs.catalog.status().stream()
                .filter(status -> status.server().equals(server))
                .findFirst()
                .orElseThrow();
    }

    private static String pid(Toolbox tools) throws Exception {
        return text(tools, "pid", "");
    }

    private static ProcessHandle process(Toolbox tools) throws Exception {
        return ProcessHandle.of(Long.parseLong(pid(tools))).orElseThrow();
    }

    private static ProcessHandle process(Toolbox tools, String server) throws Exception {
        return ProcessHandle.of(Long.parseLong(text(tools, server, "pid", ""))).orElseThrow();
    }

    private static String text(Toolbox tools, String name, String argument) throws Exception {
        return Catalogs.text(tools, name, argument);
    }

    private static String text(Toolbox tools, String server, String name, String argument) throws Exception {
        var tool = tools.tools().stream()
                .filter(t -> t.server().equals(server) && t.name().equals(name))
                .findFirst()
                .orElseThrow();
        return Catalogs.text(tools.call(
                tool, Wire.object().put("text", argument), Catalogs.PATIENCE, Catalogs.PATIENCE, Catalogs.NO_PROGRESS));
    }
}
