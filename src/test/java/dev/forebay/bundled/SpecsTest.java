package dev.forebay.bundled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecsTest {
    @TempDir
    Path folder;

    @Test
    void servesAllInOneProcessUnderNamesThatDoNotClash() throws Exception {
        var specs = List.of("notes=" + folder.resolve("deep/notes.json"), "calculator", "files=" + folder, "time");
        try (var client = Client.of(specs.toArray(String[]::new))) {
            var names = new HashSet<String>();
            var tools = client.result("tools/list", Map.of()).get("tools");
            tools.forEach(t -> names.add(t.get("name").asText()));
            assertEquals(14, names.size());
            assertEquals(14, tools.size());
            assertEquals("save_note", tools.at("/0/name").asText());
        }
        assertEquals(List.of("time", "calculator", "files", "notes"), BundledServers.names());
    }

    @Test
    void saysWhatIsWrongWithASpec() throws Exception {
        var file = Files.writeString(folder.resolve("a.json"), "{\"notes\": [}");
        assertTrue(wrong().contains("no server named: name servers as time, calculator, files=DIRECTORY, notes=FILE"));
        assertTrue(wrong("tme").startsWith("no bundled server \"tme\": name servers as"));
        assertTrue(wrong("time", "time").startsWith("\"time\" is named twice"));
        assertEquals("\"time=utc\" takes no value; write time", wrong("time=utc"));
        assertEquals("\"files\" needs a path: files=DIRECTORY", wrong("files"));
        assertEquals("\"notes=\" needs a path: notes=FILE", wrong("notes="));
        assertTrue(wrong("files=" + file).contains("not a folder"));
        assertTrue(wrong("files=a\0b").contains("not a path"));
        assertTrue(wrong("notes=" + folder).contains("is a folder; name a file"));
        assertTrue(wrong("notes=" + file).contains("line 1"));
        assertTrue(wrong("notes=" + file + "/x").contains("cannot be used"));
        assertEquals("{\"notes\": [}", Files.readString(file));
    }

    private static String wrong(String... specs) {
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> BundledServers.serve(
                        List.of(specs),
                        InputStream.nullInputStream(),
                        new ByteArrayOutputStream(),
                        InstantSource.system(),
                        ZoneOffset.UTC));
        return String.valueOf(e.getMessage());
    }
}
