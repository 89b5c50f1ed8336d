package dev.forebay.mcp;

import static dev.forebay.mcp.Catalogs.NO_PROGRESS;
import static dev.forebay.mcp.Catalogs.PATIENCE;
import static dev.forebay.mcp.Catalogs.call;
import static dev.forebay.mcp.Catalogs.fails;
import static dev.forebay.mcp.Catalogs.faulty;
import static dev.forebay.mcp.Catalogs.text;
import static dev.forebay.mcp.Catalogs.tool;
import static dev.forebay.mcp.Catalogs.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.Content;
import dev.forebay.agent.Tools.ToolFailure.Kind;
import dev.forebay.agent.Tools.Toolbox;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One process for the whole class: whatever a call does to it, the next one still works. */
class StdioServerTest {
    private static Catalogs catalogs;

    private Toolbox tools;

    @BeforeAll
    static void start() {
        catalogs = new Catalogs(
                "message_bytes_max: 1 MiB",
                List.of(
                        faulty("fault", "tool_timeouts_seconds: {echo: 7}", "banner", "pages"),
                        faulty("trusted", "trusted: true\nserial: true\nallowed_tools: [echo, hang, seen, progress]")));
    }

    @AfterAll
    static void stop() {
        catalogs.close();
    }

    @BeforeEach
    void open() throws Exception {
        tools = catalogs.open("fault");
    }

    @Test
    void comesUpThoughItPrintsABannerAndListsItsToolsOnTwoPages() {
        assertTrue(tools.unavailable().isEmpty());
        assertTrue(tools.tools().size() >= 12);
        assertEquals("kept", tool(tools, "echo").inputSchema().path("x-unknown").asText());
    }

    @Test
    void givesTheToolsSortedWithTheTimeoutsThatAreConfigured() {
        var names = tools.tools().stream().map(t -> t.name()).toList();
        assertEquals(names.stream().sorted().toList(), names);
        assertEquals(Duration.ofSeconds(7), tool(tools, "echo").timeout().orElseThrow());
        assertTrue(tool(tools, "hang").timeout().isEmpty());
    }

    @Test
    void believesHintsOfATrustedServerOnlyAndOffersWhatIsAllowed() throws Exception {
        var trusted = catalogs.open("trusted");
        assertTrue(tool(trusted, "echo").readOnly());
        assertEquals(4, trusted.tools().size());
        assertTrue(!tool(tools, "echo").readOnly());
    }

    @Test
    void answersSixtyFourCallersAtOnceEachWithItsOwnAnswer() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var callers = new ArrayList<Callable<Boolean>>();
            for (var caller = 0; caller < 64; caller++) {
                var name = "caller " + caller + " ü ";
                callers.add(() -> {
                    for (var i = 0; i < 100; i++) {
                        assertEquals(name + i, text(tools, "echo", name + i));
                    }
                    return true;
                });
            }
            for (var caller : threads.invokeAll(callers)) {
                assertTrue(caller.get());
            }
        }
    }

    @Test
    void passesOverNoiseInMidSession() throws Exception {
        assertEquals("after noise", text(tools, "noise", ""));
        assertEquals("still here", text(tools, "echo", "still here"));
    }

    @Test
    void keepsTheBlocksItKnowsBesideOneItDoesNotAndEveryDigitOfANumber() throws Exception {
        var result = call(tools, "blocks", Wire.object());
        assertEquals(
                List.of(
                        new Content.Text("one"),
                        new Content.Unknown("hologram"),
                        new Content.Image("image/png", "AAAA")),
                result.content());
        assertEquals(
                new BigDecimal("0.10000000000000000000001"),
                result.structured().orElseThrow().path("exact").decimalValue());
    }

    @Test
    void takesALargeResultAndFailsATooLargeOneAtOnceWithoutLosingTheConnection() throws Exception {
        assertEquals(
                900_000,
                text(call(tools, "large", Wire.object().put("bytes", 900_000))).length());
        var failure =
                fails(Kind.TOO_LARGE, () -> call(tools, "large", Wire.object().put("bytes", 3_000_000)));
        assertTrue(String.valueOf(failure.getMessage()).contains("mcp.message_bytes_max"));
        assertEquals("still here", text(tools, "echo", "still here"));
    }

    @Test
    void failsAnAnswerAtOnceThatIsNestedTooDeepToRead() {
        fails(Kind.PROTOCOL, () -> text(tools, "deep", ""));
    }

    @Test
    void tellsAnErrorOfTheProtocolWithItsCode() {
        var failure = fails(Kind.PROTOCOL, () -> text(tools, "error", ""));
        assertTrue(String.valueOf(failure.getMessage()).contains("-32602: bad arguments"));
    }

    @Test
    void answersAPingOfTheServerAndRefusesWhatItDoesNotOffer() throws Exception {
        assertEquals("result -32601", text(tools, "ask", ""));
    }

    @Test
    void offersAToolThatTheServerHasAddedFromTheNextRequestOn() throws Exception {
        text(tools, "grow", "grown_up");
        var before = tools.tools().size();
        until(() -> has("grown_up"));
        assertEquals(before, tools.tools().size());
    }

    private static boolean has(String tool) {
        try {
            return catalogs.open("fault").tools().stream()
                    .anyMatch(t -> t.name().equals(tool));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tellsTheProgressOfACall() throws Exception {
        var reports = new CopyOnWriteArrayList<String>();
        var arguments = Wire.object().put("steps", 10).put("millis", 10);
        var result =
                tools.call(tool(tools, "progress"), arguments, PATIENCE, PATIENCE, (p, total, m) -> reports.add(m));
        assertEquals("done", text(result));
        assertEquals("step 10", reports.getLast());
    }

    @Test
    void endsACallThatOnlyEverReportsProgress() {
        var arguments = Wire.object().put("steps", 1000).put("millis", 50);
        fails(
                Kind.TIMEOUT,
                () -> tools.call(tool(tools, "progress"), arguments, PATIENCE, Duration.ofMillis(400), NO_PROGRESS));
    }

    @Test
    void tellsTheServerOfACallThatTimedOut() throws Exception {
        var before = seen("cancelled");
        // A call that was not even written when its time was up is taken back instead, so this asks again.
        until(() -> {
            fails(
                    Kind.TIMEOUT,
                    () -> tools.call(
                            tool(tools, "hang"), Wire.object(), Duration.ofMillis(200), PATIENCE, NO_PROGRESS));
            return seen("cancelled") > before;
        });
        assertTrue(catalogs.operations.stream().anyMatch(o -> "timeout".equals(o.error()) && "hang".equals(o.tool())));
    }

    @Test
    void tellsTheServerOfACallWhoseCallerWasInterrupted() throws Exception {
        var cancelled = seen("cancelled");
        var hung = seen("hung");
        var ended = new CompletableFuture<Throwable>();
        var caller = Thread.ofVirtual()
                .start(() -> ended.complete(assertThrows(InterruptedException.class, () -> text(tools, "hang", ""))));
        until(() -> seen("hung") > hung);
        caller.interrupt();
        ended.get(20, TimeUnit.SECONDS);
        until(() -> seen("cancelled") > cancelled);
    }

    /** How many calls the server has seen of this kind. */
    private int seen(String kind) {
        try {
            return Integer.parseInt(text(tools, "seen", "").replaceAll(".*\\b" + kind + "=(\\d+).*", "$1"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void sendsOneCallAfterTheOtherToASerialServer() throws Exception {
        var serial = catalogs.open("trusted");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var callers = new ArrayList<Callable<String>>();
            for (var i = 0; i < 8; i++) {
                callers.add(() -> text(
                        call(serial, "progress", Wire.object().put("steps", 1).put("millis", 10))));
            }
            for (var caller : threads.invokeAll(callers)) {
                assertEquals("done", caller.get());
            }
        }
        assertTrue(text(serial, "seen", "").contains(" progressing=1 "));
    }

    @Test
    void tellsTheObserverOfEachExchange() throws Exception {
        text(tools, "echo", "x");
        for (var method : List.of("initialize", "tools/list", "tools/call")) {
            assertTrue(catalogs.operations.stream()
                    .anyMatch(o -> o.method().equals(method)
                            && o.server().equals("fault")
                            && o.error() == null
                            && o.transport().equals("stdio")));
        }
        until(() -> catalogs.changes.contains("fault up"));
    }
}
