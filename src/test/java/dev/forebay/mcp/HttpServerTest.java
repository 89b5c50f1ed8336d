package dev.forebay.mcp;

import static dev.forebay.mcp.Catalogs.NO_PROGRESS;
import static dev.forebay.mcp.Catalogs.PATIENCE;
import static dev.forebay.mcp.Catalogs.call;
import static dev.forebay.mcp.Catalogs.fails;
import static dev.forebay.mcp.Catalogs.server;
import static dev.forebay.mcp.Catalogs.text;
import static dev.forebay.mcp.Catalogs.tool;
import static dev.forebay.mcp.Catalogs.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.ToolFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
    @ParameterizedTest
    @ValueSource(strings = {"json", "events"})
    void answersSixtyFourCallersAtOnceEachWithItsOwnAnswer(String kind) throws Exception {
        try (var server = new FaultHttpServer(kind, "pages");
                var catalogs = catalogs(server, "")) {
            var tools = catalogs.open("remote");
            assertTrue(tools.tools().size() >= 12);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var callers = new ArrayList<Callable<Boolean>>();
                for (var caller = 0; caller < 64; caller++) {
                    var name = "caller " + caller + " ";
                    callers.add(() -> {
                        for (var i = 0; i < 20; i++) {
                            assertEquals(name + i, text(tools, "echo", name + i));
                        }
                        return true;
                    });
                }
                for (var caller : threads.invokeAll(callers)) {
                    assertTrue(caller.get());
                }
            }
            assertEquals(1, server.sessions.get());
        }
    }

    @Test
    void beginsANewSessionUnseenWhenTheServerHasForgottenTheOldOne() throws Exception {
        try (var server = new FaultHttpServer("json");
                var catalogs = catalogs(server, "")) {
            var tools = catalogs.open("remote");
            server.forget();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var callers = new ArrayList<Callable<String>>();
                for (var caller = 0; caller < 16; caller++) {
                    callers.add(() -> text(tools, "echo", "x"));
                }
                for (var caller : threads.invokeAll(callers)) {
                    assertEquals("x", caller.get());
                }
            }
            assertEquals(2, server.sessions.get());
            assertEquals(
                    16,
                    server.tools.received.stream().filter("tools/call"::equals).count());
        }
    }

    @Test
    void keepsItsSessionWhenARequestIsMerelyBad() throws Exception {
        try (var server = new FaultHttpServer("json");
                var catalogs = catalogs(server, "")) {
            var tools = catalogs.open("remote");
            server.status = 400;
            fails(Kind.PROTOCOL, () -> text(tools, "echo", ""));
            server.status = 0;
            assertEquals("x", text(tools, "echo", "x"));
            assertEquals(1, server.sessions.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 405, 429})
    void tellsARefusalThatHadNoEffectFromOneThatMayHaveHadOne(int status) throws Exception {
        try (var server = new FaultHttpServer("json");
                var catalogs = catalogs(server, "")) {
            var tools = catalogs.open("remote");
            server.status = status;
            var failure = fails(Kind.UNAVAILABLE, () -> text(tools, "echo", ""));
            assertTrue(String.valueOf(failure.getMessage()).contains("" + status));
            server.status = 503;
            fails(Kind.LOST, () -> text(tools, "echo", ""));
        }
    }

    @Test
    void hearsOfChangedToolsOnTheListeningStreamAndTakesItUpAgain() throws Exception {
        try (var server = new FaultHttpServer();
                var catalogs = catalogs(server, "")) {
            var tools = catalogs.open("remote");
            assertTrue(server.listening.await(20, TimeUnit.SECONDS));
            text(tools, "grow", "first");
            until(() -> has(catalogs, "first"));

            server.listening = new CountDownLatch(1);
            server.closeListener.countDown();
            assertTrue(server.listening.await(20, TimeUnit.SECONDS));
            text(tools, "grow", "second");
            until(() -> has(catalogs, "second"));
        }
    }

    private static boolean has(Catalogs catalogs, String tool) {
        try {
            return catalogs.open("remote").tools().stream()
                    .anyMatch(t -> t.name().equals(tool));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void reportsProgressThatComesBeforeTheAnswer() throws Exception {
        try (var server = new FaultHttpServer();
                var catalogs = catalogs(server, "")) {
            var tools = catalogs.open("remote");
            var reports = new CopyOnWriteArrayList<Double>();
            var arguments = Wire.object().put("steps", 3).put("millis", 1);
            tools.call(tool(tools, "progress"), arguments, PATIENCE, PATIENCE, (p, _, _) -> reports.add(p));
            assertEquals(List.of(1.0, 2.0, 3.0), reports);
        }
    }

    @Test
    void tellsTheServerOfACallThatNobodyWaitsForAnyMore() throws Exception {
        try (var server = new FaultHttpServer();
                var catalogs = catalogs(server, "")) {
            var tools = catalogs.open("remote");
            fails(
                    Kind.TIMEOUT,
                    () -> tools.call(
                            tool(tools, "hang"), Wire.object(), Duration.ofMillis(100), PATIENCE, NO_PROGRESS));
            until(() -> server.tools.cancelled.size() == 1);

            var ended = new CompletableFuture<Throwable>();
            var caller = Thread.ofVirtual()
                    .start(() ->
                            ended.complete(assertThrows(InterruptedException.class, () -> text(tools, "hang", ""))));
            until(() ->
                    server.tools.received.stream().filter("tools/call"::equals).count() == 2);
            caller.interrupt();
            ended.get(20, TimeUnit.SECONDS);
            until(() -> server.tools.cancelled.size() == 2);
        }
    }

    @Test
    void failsACallAtOnceWhoseStreamWasCutAndNeverSendsItAgain() throws Exception {
        try (var server = new FaultHttpServer("cut");
                var catalogs = catalogs(server, "")) {
            var tools = catalogs.open("remote");
            fails(Kind.LOST, () -> text(tools, "echo", ""));
            assertEquals(2, server.requests.stream().filter("POST"::equals).count() - 2, "list and one call");
        }
    }

    @Test
    void readsAListOfToolsAgainThatWasCut() throws Exception {
        try (var server = new FaultHttpServer()) {
            server.listsToCut.set(1);
            try (var catalogs = catalogs(server, "")) {
                assertTrue(catalogs.open("remote").unavailable().isEmpty());
            }
        }
    }

    @Test
    void takesUpAStreamThatTheServerCutOnPurpose() throws Exception {
        try (var server = new FaultHttpServer("resume");
                var catalogs = catalogs(server, "")) {
            assertEquals("resumed", text(catalogs.open("remote"), "echo", "x"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "events"})
    void failsAResultThatIsTooLarge(String kind) throws Exception {
        try (var server = new FaultHttpServer(kind);
                var catalogs = catalogs(server, "message_bytes_max: 1 MiB")) {
            var tools = catalogs.open("remote");
            assertEquals(
                    900_000,
                    text(call(tools, "large", Wire.object().put("bytes", 900_000)))
                            .length());
            fails(Kind.TOO_LARGE, () -> call(tools, "large", Wire.object().put("bytes", 2_000_000)));
            assertEquals("x", text(tools, "echo", "x"));
        }
    }

    @Test
    void sendsTheConfiguredHeadersAndEndsTheSessionWhenItCloses() throws Exception {
        try (var server = new FaultHttpServer("json")) {
            try (var catalogs = catalogs(server, "")) {
                text(catalogs.open("remote"), "echo", "x");
            }
            // The GET that listens has a thread of its own there, which may come to its turn later.
            assertTrue(server.requests.contains("DELETE"), server.requests::toString);
            assertTrue(server.authorizations.stream().allMatch("Bearer of-this-server"::equals));
        }
    }

    @Test
    void saysThatNobodyListensThere() throws Exception {
        var url = "";
        try (var server = new FaultHttpServer()) {
            url = server.url();
        }
        try (var catalogs = new Catalogs("", List.of(server("gone", "url: " + url)))) {
            var reason = catalogs.open("gone").unavailable().getFirst().reason();
            assertTrue(reason.contains("gone cannot be reached at " + url), reason);
        }
    }

    private static Catalogs catalogs(FaultHttpServer server, String settings) {
        return new Catalogs(
                settings,
                List.of(server(
                        "remote", "url: " + server.url() + "\nheaders: {authorization: Bearer of-this-server}")));
    }
}
