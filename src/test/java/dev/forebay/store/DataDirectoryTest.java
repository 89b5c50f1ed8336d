package dev.forebay.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void isMadeForItsOwnerOnly() throws Exception {
        try (var directory = DataDirectory.open(folder.resolve("a/b"))) {
            assertEquals("rwx------", permissions(directory.path()));
            assertEquals("rw-------", permissions(directory.resolve("lock")));
        }
    }

    @Test
    void aSecondGatewayInAnotherProcessIsToldWhoHasIt() throws Exception {
        var holder = hold();
        try {
            var e = assertThrows(DataDirectoryInUse.class, () -> DataDirectory.open(folder));
            var message = String.valueOf(e.getMessage());
            assertTrue(message.contains("pid " + holder.pid() + ", at http://127.0.0.1:4711"), message);
            assertTrue(message.contains("kill " + holder.pid()) && message.contains("--data"), message);
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void aGatewayThatWasKilledHoldsNothing() throws Exception {
        var holder = hold();
        holder.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        DataDirectory.open(folder).close();
    }

    @Test
    void aSecondOpeningInThisProcessIsRefusedAndTakesNoLockAway() throws Exception {
        try (var first = DataDirectory.open(folder)) {
            first.announce(URI.create("http://127.0.0.1:1"));
            assertThrows(
                    DataDirectoryInUse.class, () -> DataDirectory.open(folder.resolve("../" + folder.getFileName())));
            var other = start();
            assertEquals(1, other.waitFor(20, TimeUnit.SECONDS) ? other.exitValue() : -1);
        }
        DataDirectory.open(folder).close();
    }

    @Test
    void aPlaceWhereNoFolderCanBeIsNamed() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        var e = assertThrows(UncheckedIOException.class, () -> DataDirectory.open(folder.resolve("file/data")));
        assertTrue(String.valueOf(e.getMessage()).contains("cannot use " + folder.resolve("file/data")));
    }

    private Process hold() throws Exception {
        var process = start();
        var line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertEquals("holding", line);
        return process;
    }

    private Process start() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
