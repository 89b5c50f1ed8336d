package dev.forebay.bundled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotesTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("data/notes.json");
    }

    @Test
    void savesFindsReplacesAndDeletes() throws Exception {
        try (var client = start()) {
            assertEquals(0, client.call("list_notes", Map.of()).get("total").asInt());
            var saved = client.call("save_note", Map.of("key", " shopping list ", "text", "Milk\nEggs"));
            assertEquals("shopping list", saved.get("key").asText());
            assertFalse(saved.get("replaced").asBoolean());
            assertEquals("2026-11-25T08:15:30Z", saved.get("saved").asText());
            client.call("save_note", Map.of("key", "idea", "text", "x".repeat(200)));
            assertTrue(client.call("save_note", Map.of("key", "shopping list", "text", "Müsli\nEggs"))
                    .get("replaced")
                    .asBoolean());
        }
        try (var client = start()) {
            var note = client.call("get_note", Map.of("key", "shopping list"));
            assertEquals("Müsli\nEggs", note.get("text").asText());
            var all = client.call("list_notes", Map.of());
            assertEquals("idea", all.at("/notes/0/key").asText());
            assertEquals(81, all.at("/notes/0/begins").asText().length());
            var found = client.call("list_notes", Map.of("contains", "EGGS"));
            assertEquals("Müsli", found.at("/notes/0/begins").asText());
            assertEquals(1, found.get("notes").size());
            assertEquals(2, found.get("total").asInt());
            assertTrue(client.call("delete_note", Map.of("key", "idea"))
                    .get("deleted")
                    .asBoolean());
            assertFalse(client.call("delete_note", Map.of("key", "idea"))
                    .get("deleted")
                    .asBoolean());
            assertTrue(client.refusal("get_note", Map.of("key", "idea")).contains("There is no note \"idea\""));
        }
    }

    @Test
    void boundsKeysTextsAndNumber() throws Exception {
        try (var client = start()) {
            assertTrue(
                    client.refusal("save_note", Map.of("key", " ", "text", "x")).contains("short name"));
            assertTrue(client.refusal("save_note", Map.of("key", "a\nb", "text", "x"))
                    .contains("short name"));
            assertTrue(client.refusal("save_note", Map.of("key", "k".repeat(129), "text", "x"))
                    .contains("at most 128"));
            assertTrue(client.refusal("save_note", Map.of("key", "k", "text", "x".repeat(65537)))
                    .contains("at most 65,536"));
            var text = "x".repeat(65_536);
            var kept = 0;
            while (kept < 100) {
                var result = client.result(
                        "tools/call",
                        Map.of("name", "save_note", "arguments", Map.of("key", "k" + kept, "text", text)));
                if (result.get("isError").asBoolean()) {
                    assertTrue(result.at("/content/0/text").asText().contains("There is no room"));
                    break;
                }
                kept++;
            }
            assertEquals(63, kept);
            assertTrue(Files.size(file) <= 4 << 20);
            client.call("delete_note", Map.of("key", "k0"));
            client.call("save_note", Map.of("key", "small", "text", "fits again"));
        }
    }

    @Test
    void leavesAFileAloneThatWasDamaged() throws Exception {
        try (var client = start()) {
            client.call("save_note", Map.of("key", "a", "text", "b"));
            for (var damage : new String[] {"{\"notes\": {", "[]", "{\"notes\": {\"a\": {\"text\": \"b\"}}}", ""}) {
                Files.writeString(file, damage);
                var refusal = client.refusal("save_note", Map.of("key", "c", "text", "d"));
                assertTrue(refusal.contains("damaged") && refusal.contains("left as it is"), refusal);
                assertEquals(damage, Files.readString(file));
            }
        }
    }

    @Test
    void losesNoNoteOfManyServersAndCallsAtOnce() throws Exception {
        var random = new Random(42);
        var expected = new HashMap<String, String>();
        try (var one = start();
                var two = start()) {
            var calls = new ArrayList<Runnable>();
            for (var i = 0; i < 200; i++) {
                var client = random.nextBoolean() ? one : two;
                var key = "key" + i;
                expected.put(key, "text" + random.nextInt());
                var call = client.sendCall("save_note", Map.of("key", key, "text", expected.get(key)));
                calls.add(() -> assertFalse(client.reply(call)
                        .orTimeout(Client.PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join()
                        .at("/result/isError")
                        .asBoolean(true)));
            }
            calls.forEach(Runnable::run);
        }
        try (var client = start()) {
            assertEquals(200, client.call("list_notes", Map.of()).get("total").asInt());
            for (var note : expected.entrySet()) {
                var found = client.call("get_note", Map.of("key", note.getKey()));
                assertEquals(note.getValue(), found.get("text").asText());
            }
        }
    }

    private Client start() throws Exception {
        var clock = InstantSource.fixed(Instant.parse("2026-11-25T08:15:30Z"));
        return Client.of(clock, ZoneOffset.UTC, "notes=" + file);
    }
}
