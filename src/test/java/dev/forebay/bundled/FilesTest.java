package dev.forebay.bundled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
    @TempDir
    Path folder;

    private Path root;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        root = folder.resolve("root");
        client = Client.of("files=" + root);
        client.result("ping", Map.of());
    }

    @AfterEach
    void end() throws Exception {
        client.close();
    }

    @Test
    void makesItsRootAndWritesReadsAndListsInIt() throws Exception {
        var written = write("reports/may.md", "one\ntwo\n", "create");
        assertEquals(8, written.get("bytes").asInt());
        assertTrue(written.get("created").asBoolean());
        assertEquals("one\ntwo\n", Files.readString(root.resolve("reports/may.md")));
        assertFalse(
                write("reports/may.md", "three é\n", "append").get("created").asBoolean());
        assertEquals(
                "one\ntwo\nthree é\n", read("./reports//may.md").get("text").asText());
        write("reports/may.md", "", "overwrite");
        assertEquals(0, read("reports/may.md").get("total_lines").asInt());

        write("a.txt", "a", "create");
        var shallow = client.call("list_files", Map.of());
        assertEquals(List.of("a.txt", "reports"), paths(shallow.get("entries")));
        var deep = client.call("list_files", Map.of("folder", ".", "depth", 5));
        assertEquals(List.of("a.txt", "reports", "reports/may.md"), paths(deep.get("entries")));
        assertEquals("folder", deep.at("/entries/1/type").asText());
        assertTrue(deep.get("complete").asBoolean());
    }

    @Test
    void letsNoPathLeadOutOfTheRoot() throws Exception {
        var secret = Files.writeString(folder.resolve("secret.txt"), "secret");
        Files.createSymbolicLink(root.resolve("link.txt"), secret);
        Files.createSymbolicLink(root.resolve("up"), folder);
        Files.createSymbolicLink(root.resolve("dangling"), folder.resolve("made-by-link.txt"));
        Files.createSymbolicLink(root.resolve("circle"), root.resolve("circle"));
        var escapes = List.of(
                "../secret.txt",
                "a/../../secret.txt",
                "..",
                "./..",
                secret.toString(),
                "/etc/passwd",
                "//etc/passwd",
                "~/x",
                "C:\\x",
                "..\\secret.txt",
                "link.txt",
                "up/secret.txt",
                "up/new.txt",
                "up/new/deep.txt",
                "dangling",
                "circle",
                "a\0b",
                "a\nb",
                "x".repeat(513),
                "a/".repeat(40) + "b");
        for (var escape : escapes) {
            for (var mode : List.of("create", "overwrite", "append")) {
                client.refusal("write_file", Map.of("path", escape, "text", "x", "mode", mode));
            }
            var refusal = client.refusal("read_file", Map.of("path", escape));
            assertFalse(refusal.contains(folder.toString()) && !escape.contains(folder.toString()), refusal);
            client.refusal("list_files", Map.of("folder", escape));
            client.refusal("search_files", Map.of("folder", escape, "text", "secret"));
        }
        assertEquals("secret", Files.readString(secret));
        try (var inFolder = Files.list(folder)) {
            assertEquals(2, inFolder.count());
        }
        var listed = client.call("list_files", Map.of("depth", 10)).get("entries");
        assertEquals(List.of("circle", "dangling", "link.txt", "up"), paths(listed));
        assertEquals(
                0,
                client.call("search_files", Map.of("text", "secret"))
                        .get("matches")
                        .size());
    }

    @Test
    void followsLinksThatStayInside() throws Exception {
        write("real/a.txt", "old", "create");
        Files.createSymbolicLink(root.resolve("alias"), root.resolve("real"));
        Files.createSymbolicLink(root.resolve("a-link.txt"), Path.of("real/a.txt"));
        assertEquals("real/a.txt", read("alias/a.txt").get("path").asText());
        assertEquals(
                "real/a.txt",
                write("a-link.txt", "new", "overwrite").get("path").asText());
        assertEquals("new", Files.readString(root.resolve("real/a.txt")));
        assertTrue(Files.isSymbolicLink(root.resolve("a-link.txt")));
    }

    @Test
    void servesARootThatIsItselfALink() throws Exception {
        var link = Files.createSymbolicLink(folder.resolve("root-link"), root);
        try (var other = Client.of("files=" + link)) {
            other.call("write_file", Map.of("path", "a.txt", "text", "a"));
        }
        assertEquals("a", Files.readString(root.resolve("a.txt")));
    }

    @Test
    void saysWhatIsWrongWithAFile() throws Exception {
        write("a.txt", "a", "create");
        Files.write(root.resolve("image.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, (byte) 0xff});
        Files.writeString(root.resolve("huge.txt"), "x".repeat((1 << 20) + 1));
        assertTrue(refusal("create", "a.txt", "x").contains("exists already; use mode overwrite or append"));
        assertTrue(refusal("create", "a.txt/b.txt", "x").contains("a part of its path is a file"));
        assertTrue(refusal("overwrite", ".", "x").contains("is the root folder"));
        assertTrue(refusal("append", "image.png", "x").contains("is not text in UTF-8"));
        assertTrue(refusal("append", "huge.txt", "x").contains("1,048,577 bytes"));
        assertTrue(refusal("create", "b.txt", "é".repeat(600_000)).contains("would have 1,200,000 bytes"));
        assertTrue(refusal("create", "b.txt", "x".repeat((1 << 20) + 1)).contains("at most 1,048,576"));
        assertTrue(refusal("create", "b.txt.forebay-part", "x").contains("kept for files being written"));
        assertTrue(refusal("create", "x".repeat(300), "x").startsWith("Cannot write"));
        assertTrue(refusal("shred", "b.txt", "x").startsWith("\"mode\" must be one of"));
        assertEquals(
                "No file or folder \"none.txt\": it does not exist; list_files shows what does.",
                client.refusal("read_file", Map.of("path", "none.txt")));
        assertTrue(client.refusal("read_file", Map.of("path", ".")).contains("is a folder"));
        assertTrue(client.refusal("read_file", Map.of("path", "huge.txt")).contains("at most 1,048,576"));
        assertTrue(client.refusal("list_files", Map.of("folder", "a.txt")).contains("not a folder"));
        assertTrue(client.refusal("search_files", Map.of()).contains("nothing to search for"));
        assertTrue(client.refusal("search_files", Map.of("name", "[")).contains("not a pattern"));
        assertTrue(client.refusal("list_files", Map.of("depth", 0)).contains("from 1 to 32"));
    }

    @Test
    void readsPartsOfLongFiles() throws Exception {
        var text = new StringBuilder();
        for (var i = 1; i <= 30_000; i++) {
            text.append("line ").append(i).append('\n');
        }
        write("long.txt", text.toString(), "create");
        var part = client.call("read_file", Map.of("path", "long.txt", "first_line", 100, "lines", 2));
        assertEquals("line 100\nline 101\n", part.get("text").asText());
        assertFalse(part.get("complete").asBoolean());

        var all = new StringBuilder();
        var next = 1;
        for (var complete = false; !complete; ) {
            var read = client.call("read_file", Map.of("path", "long.txt", "first_line", next));
            all.append(read.get("text").asText());
            next = read.get("last_line").asInt() + 1;
            complete = read.get("complete").asBoolean();
        }
        assertEquals(text.toString(), all.toString());
        assertTrue(client.refusal("read_file", Map.of("path", "long.txt", "first_line", 30_001))
                .contains("has 30000 lines"));

        write("wide.txt", "x".repeat(200_000) + "\nend", "create");
        var wide = client.call("read_file", Map.of("path", "wide.txt"));
        assertEquals(131_072, wide.get("text").asText().length());
        assertEquals(
                "end",
                client.call("read_file", Map.of("path", "wide.txt", "first_line", 2))
                        .get("text")
                        .asText());
    }

    @Test
    void findsNamesAndLines() throws Exception {
        write("notes/a.md", "Alpha\nbeta Ärger\n", "create");
        write("notes/b.txt", "ALPHA and more", "create");
        write("c.md", "x".repeat(1000) + "alpha" + "y".repeat(1000), "create");
        Files.write(root.resolve("binary.md"), new byte[] {0, 1, 2});
        var found = client.call("search_files", Map.of("text", "alpha"));
        assertEquals(List.of("c.md", "notes/a.md", "notes/b.txt"), paths(found.get("matches")));
        assertEquals(1, found.get("files_skipped").asInt());
        assertEquals(200, found.at("/matches/0/excerpt").asText().length());
        assertTrue(found.at("/matches/0/excerpt").asText().contains("alpha"));
        var umlaut = client.call("search_files", Map.of("text", "äRGER", "name", "*.md"));
        assertEquals(2, umlaut.at("/matches/0/line").asInt());
        var exact = client.call("search_files", Map.of("text", "Alpha", "case_sensitive", true));
        assertEquals(List.of("notes/a.md"), paths(exact.get("matches")));
        var names = client.call("search_files", Map.of("name", "*.{md,txt}", "folder", "notes"));
        assertEquals(List.of("notes/a.md", "notes/b.txt"), paths(names.get("matches")));
        var few = client.call("search_files", Map.of("text", "alpha", "matches_max", 1));
        assertEquals(1, few.get("matches").size());
        assertFalse(few.get("complete").asBoolean());
    }

    @Test
    void keepsPermissionsAndLeavesNothingBehind() throws Exception {
        var file = Files.writeString(root.resolve("run.sh"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
        Files.writeString(root.resolve(".run.sh.forebay-part"), "left by a crash");
        write("run.sh", "new", "overwrite");
        assertEquals("rwxr-x---", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (var files = Files.list(root)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void losesNoneOfTheLinesThatAreAppendedAtOnce() throws Exception {
        var calls = new ArrayList<Integer>();
        for (var i = 0; i < 100; i++) {
            calls.add(client.sendCall("write_file", Map.of("path", "log.txt", "text", i + "\n", "mode", "append")));
        }
        for (var call : calls) {
            assertFalse(client.reply(call)
                    .get(Client.PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .at("/result/isError")
                    .asBoolean(true));
        }
        assertEquals(
                100, read("log.txt").get("text").asText().lines().distinct().count());
    }

    private JsonNode write(String path, String text, String mode) throws Exception {
        return client.call("write_file", Map.of("path", path, "text", text, "mode", mode));
    }

    private JsonNode read(String path) throws Exception {
        return client.call("read_file", Map.of("path", path));
    }

    private String refusal(String mode, String path, String text) throws Exception {
        return client.refusal("write_file", Map.of("path", path, "text", text, "mode", mode));
    }

    private static List<String> paths(JsonNode entries) {
        var paths = new ArrayList<String>();
        entries.forEach(e -> paths.add(e.get("path").asText()));
        return paths;
    }
}
