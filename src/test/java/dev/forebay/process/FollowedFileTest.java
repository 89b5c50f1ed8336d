package dev.forebay.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedFileTest {
    @TempDir
    Path folder;

    @Test
    void isReadAsItGrowsUntilTheChildHasEnded() throws Exception {
        var file = Files.writeString(folder.resolve("out"), "before");
        var ended = new AtomicBoolean();
        try (var followed = new FollowedFile(file, 6, ended::get)) {
            append(file, "one");
            assertArrayEquals("one".getBytes(StandardCharsets.UTF_8), followed.readNBytes(3));
            append(file, "two");
            ended.set(true);
            assertEquals("two", new String(followed.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void beginsAnewOnceItIsLargeAndKeepsWhatItHeldAside() throws Exception {
        var file = Files.writeString(folder.resolve("out"), "0123456789");
        try (var followed = new FollowedFile(file, 10, () -> isEmpty(file), 10)) {
            assertEquals(0, followed.readAllBytes().length);
        }
        append(file, "next");
        assertEquals("next", Files.readString(file));
        assertEquals("0123456789", Files.readString(folder.resolve("out.1")));
    }

    @Test
    void aChildThatWritesToAFileIsFollowedAndItsLogIsWholeAtItsEnd() throws Exception {
        var output = folder.resolve("logs/out");
        var launch = new Launch(
                "sh",
                List.of("sh", "-c", "seq 1 5; echo last >&2"),
                Map.of(),
                folder,
                false,
                Optional.of(new Launch.Lasting(output, "note")));
        var child = new Processes(Map.of("PATH", System.getenv("PATH")), null).start(launch);
        assertEquals(0, child.exit().get(20, TimeUnit.SECONDS));
        assertEquals(List.of("5", "last"), child.log().last(2));
        assertTrue(Files.readString(output).startsWith("1\n2\n"));
    }

    private static boolean isEmpty(Path file) {
        return file.toFile().length() == 0;
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
