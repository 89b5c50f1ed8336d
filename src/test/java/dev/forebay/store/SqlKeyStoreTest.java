package dev.forebay.store;

import dev.forebay.access.KeyStore;
import dev.forebay.access.KeyStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SqlKeyStoreTest implements KeyStoreContract {
    @TempDir
    Path folder;

    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("forebay.db"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    public KeyStore store() {
        return new SqlKeyStore(database);
    }
}
