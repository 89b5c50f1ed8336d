package dev.forebay.bundled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers as a process of their own, as the gateway runs them. */
class ChildProcessServersTest {
    private static final int PATIENCE = Client.PATIENCE_SECONDS;

    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void endsWithItsInputAndKeepsItsOutputClean() throws Exception {
        var process = process("time", "calculator", "files=" + folder, "notes=" + folder.resolve("notes.json"));
        try (var client = Client.of(process)) {
            client.send("not JSON, which is logged");
            assertEquals(
                    "42",
                    client.call("calculate", Map.of("expression", "6 * 7"))
                            .get("result")
                            .asText());
            assertEquals(-32700, client.others.take().at("/error/code").asInt());
        }
        assertTrue(process.waitFor(PATIENCE, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        assertTrue(Files.readString(folder.resolve("stderr")).contains("bundled servers skipped a line"));
    }

    @Test
    void keepsEveryNoteItConfirmedThoughItIsKilled() throws Exception {
        var random = new Random(9);
        var file = folder.resolve("notes.json");
        var confirmed = new TreeMap<String, String>();
        for (var round = 0; round < 3; round++) {
            var process = process("notes=" + file);
            var client = Client.of(process);
            finds(client, confirmed);
            var before = confirmed.size();
            var killAfter = before + random.nextInt(1, 20);
            var calls = new TreeMap<String, Integer>();
            for (var i = 0; i < 40; i++) {
                var key = "note-" + round + "-" + i;
                calls.put(key, client.sendCall("save_note", Map.of("key", key, "text", "text of " + key)));
            }
            for (var call : calls.entrySet()) {
                if (confirmed.size() < killAfter) {
                    client.reply(call.getValue()).get(PATIENCE, TimeUnit.SECONDS);
                    confirmed.put(call.getKey(), "text of " + call.getKey());
                }
            }
            process.destroyForcibly();
            assertTrue(process.waitFor(PATIENCE, TimeUnit.SECONDS));
        }
        try (var client = Client.of(process("notes=" + file))) {
            finds(client, confirmed);
        }
    }

    private static void finds(Client client, Map<String, String> notes) throws Exception {
        for (var note : notes.entrySet()) {
            var found = client.call("get_note", Map.of("key", note.getKey()));
            assertEquals(note.getValue(), found.get("text").asText());
        }
    }

    @Test
    void cancelsACallThatWaitsForAnotherProcess() throws Exception {
        var client = Client.of(process("notes=" + folder.resolve("notes.json")));
        client.call("save_note", Map.of("key", "a", "text", "a"));
        int call;
        try (var channel = FileChannel.open(folder.resolve("notes.json.lock"), StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assertTrue(lock.isValid());
            call = client.sendCall("save_note", Map.of("key", "b", "text", "b"));
            client.result("ping", Map.of());
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":%d}}"
                    .formatted(call));
            client.result("ping", Map.of());
        }
        assertEquals(1, client.call("list_notes", Map.of()).get("total").asInt());
        assertFalse(client.reply(call).isDone());
        client.close();
    }

    @Test
    void twoProcessesShareOneFileOfNotes() throws Exception {
        var file = folder.resolve("notes.json");
        try (var one = Client.of(process("notes=" + file));
                var two = Client.of(process("notes=" + file))) {
            var calls = new ArrayList<Runnable>();
            for (var i = 0; i < 60; i++) {
                var client = i % 2 == 0 ? one : two;
                var call = client.sendCall("save_note", Map.of("key", "key" + i, "text", "text"));
                calls.add(() ->
                        client.reply(call).orTimeout(PATIENCE, TimeUnit.SECONDS).join());
            }
            calls.forEach(Runnable::run);
            assertEquals(60, one.call("list_notes", Map.of()).get("total").asInt());
        }
    }

    private Process process(String... specs) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ServeMain.class.getName()));
        command.addAll(List.of(specs));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("stderr").toFile()))
                .start();
        processes.add(process);
        return process;
    }
}
