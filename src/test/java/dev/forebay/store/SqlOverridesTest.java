package dev.forebay.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.forebay.routing.Overridden;
import dev.forebay.routing.Overrides;
import dev.forebay.routing.OverridesContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlOverridesTest implements OverridesContract {
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
    public Overrides store() {
        return new SqlOverrides(database);
    }

    @Test
    void areThereAfterTheDatabaseWasClosed() {
        var one = OverridesContract.override(Overridden.Subject.NODEPOOL, "gpu", "draining", "true");
        store().put(one);
        close();
        open();

        assertEquals(List.of(one), store().all());
    }
}
