package dev.forebay.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.access.ApiKey;
import dev.forebay.access.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsThereAfterTheNextOpening() {
        try (var database = open()) {
            new SqlKeyStore(database).insert(key("key_a"));
        }
        try (var database = open()) {
            assertEquals("key_a", new SqlKeyStore(database).all().getFirst().id());
        }
    }

    @Test
    void isSafeAgainstPowerLossAndReadersDoNotWaitForTheWriter() {
        try (var database = open()) {
            assertEquals("wal", pragma(database, "journal_mode"));
            assertEquals("2", pragma(database, "synchronous"));
            assertEquals("1", pragma(database, "foreign_keys"));
            assertEquals("5000", pragma(database, "busy_timeout"));
        }
    }

    @Test
    void onlyItsOwnerMayReadIt() throws Exception {
        try (var database = open()) {
            new SqlKeyStore(database).insert(key("key_a"));
            try (var files = Files.newDirectoryStream(folder, "forebay.db*")) {
                for (var file : files) {
                    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
                }
            }
        }
    }

    @Test
    void aTransactionThatFailsLeavesNothing() {
        try (var database = open()) {
            var keys = new SqlKeyStore(database);
            assertThrows(
                    StoreException.class,
                    () -> database.transaction(c -> {
                        try (var statement = c.createStatement()) {
                            statement.execute("INSERT INTO setting (name, value) VALUES ('a', 'b')");
                            return statement.execute("INSERT INTO no_such_table VALUES (1)");
                        }
                    }));
            keys.insert(key("key_after"));
            assertEquals("0", database.query(c -> {
                try (var statement = c.createStatement();
                        var row = statement.executeQuery("SELECT count(*) FROM setting")) {
                    return row.getString(1);
                }
            }));
        }
    }

    @Test
    void aNewerDatabaseIsLeftAlone() {
        try (var database = open()) {
            database.query(c -> {
                try (var statement = c.createStatement()) {
                    return statement.execute("PRAGMA user_version = 9999");
                }
            });
        }
        var e = assertThrows(StoreException.class, this::open);
        assertTrue(String.valueOf(e.getMessage()).contains("written by a newer Forebay (tables of version 9999"));
    }

    @Test
    void aFileThatIsNoDatabaseIsNamed() throws Exception {
        Files.writeString(folder.resolve("forebay.db"), "this is a text and not a database, ".repeat(100));
        var e = assertThrows(StoreException.class, this::open);
        assertTrue(String.valueOf(e.getMessage()).contains("cannot open the database " + folder.resolve("forebay.db")));
    }

    @Test
    void manyThreadsMayUseIt() throws Exception {
        try (var database = open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var keys = new SqlKeyStore(database);
            var done = new ArrayList<Future<?>>();
            for (var i = 0; i < 50; i++) {
                var id = "key_" + i;
                done.add(threads.submit(() -> keys.insert(key(id))));
            }
            for (var each : done) {
                each.get();
            }
            assertEquals(50, keys.all().size());
        }
    }

    private Database open() {
        return Database.open(folder.resolve("forebay.db"));
    }

    private static ApiKey key(String id) {
        return new ApiKey(
                id, "n", "u", "hash of " + id, Set.of(Scope.ADMIN), Instant.EPOCH, Optional.empty(), Optional.empty());
    }

    private static String pragma(Database database, String name) {
        return database.query(c -> {
            try (var statement = c.createStatement();
                    var row = statement.executeQuery("PRAGMA " + name)) {
                return row.getString(1);
            }
        });
    }
}
