package dev.forebay.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    private static final String PATH = "org.sqlite.lib.path";

    @TempDir
    Path folder;

    @Test
    void isUnpackedOnceAndTakesThePlaceOfEarlierOnes() throws Exception {
        var before = System.getProperty(PATH);
        try {
            Files.writeString(folder.resolve("sqlite-1.2.3-old"), "");
            unpack();
            var library = files().getFirst();
            assertEquals(1, files().size());
            assertEquals(folder.toString(), System.getProperty(PATH));

            Files.setLastModifiedTime(library, FileTime.from(Instant.EPOCH));
            unpack();
            assertEquals(FileTime.from(Instant.EPOCH), Files.getLastModifiedTime(library));
        } finally {
            restore(before);
        }
    }

    private void unpack() {
        System.clearProperty(PATH);
        NativeLibrary.unpackOnce(folder);
    }

    private List<Path> files() throws Exception {
        try (var all = Files.list(folder)) {
            return all.toList();
        }
    }

    private static void restore(String value) {
        if (value == null) {
            System.clearProperty(PATH);
        } else {
            System.setProperty(PATH, value);
        }
    }
}
