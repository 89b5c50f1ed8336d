package dev.forebay.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PepperTest {
    @TempDir
    Path folder;

    private DataDirectory directory;
    private Database database;

    @BeforeEach
    void open() {
        directory = DataDirectory.open(folder);
        database = Database.open(directory.resolve("forebay.db"));
    }

    @AfterEach
    void close() {
        database.close();
        directory.close();
    }

    @Test
    void isMadeOnceAndForItsOwnerOnly() throws Exception {
        var first = pepper().of("token");
        assertEquals(first, pepper().of("token"));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("pepper"))));
    }

    @Test
    void stayedOutOfTheDatabase() throws Exception {
        pepper();
        var secret = Files.readString(folder.resolve("pepper")).strip();
        database.close();
        assertTrue(!Files.readString(folder.resolve("forebay.db"), java.nio.charset.StandardCharsets.ISO_8859_1)
                .contains(secret));
    }

    @Test
    void aLostOneShowsAtTheStart() throws Exception {
        pepper();
        Files.delete(folder.resolve("pepper"));
        assertRefused("is missing");
    }

    @Test
    void aStrangeOneShowsAtTheStart() throws Exception {
        pepper();
        Files.writeString(folder.resolve("pepper"), "0".repeat(64));
        assertRefused("is not the one");
        Files.writeString(folder.resolve("pepper"), "not hexadecimal");
        assertRefused("is damaged");
    }

    private dev.forebay.access.KeyHash pepper() {
        return Pepper.open(directory, database, new SecureRandom());
    }

    private void assertRefused(String part) {
        var message =
                String.valueOf(assertThrows(StoreException.class, this::pepper).getMessage());
        assertTrue(message.contains(part) && message.contains("restore"), message);
    }
}
