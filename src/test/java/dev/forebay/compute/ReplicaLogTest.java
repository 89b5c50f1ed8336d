package dev.forebay.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaLogTest {
    @TempDir
    Path folder;

    @Test
    void keepsTheNewestLinesWithinTwiceTheLimit() throws Exception {
        var file = folder.resolve("replicas/a-0.log");
        var log = new ReplicaLog(file, 100);
        for (var i = 0; i < 1000; i++) {
            log.accept("line " + i);
        }
        log.close();
        assertTrue(Files.size(file) <= 100);
        assertTrue(Files.size(folder.resolve("replicas/a-0.log.1")) <= 100);
        assertEquals("line 999", Files.readAllLines(file).getLast());
    }

    @Test
    void goesOnInTheFileOfTheLastRun() throws Exception {
        var file = folder.resolve("a-0.log");
        Files.writeString(file, "before\n");
        var log = new ReplicaLog(file, 100);
        log.accept("after");
        log.close();
        assertEquals("before\nafter\n", Files.readString(file));
    }

    @Test
    void aFileThatCannotBeWrittenStopsNothing() throws Exception {
        Files.writeString(folder.resolve("replicas"), "a file where the folder should be");
        var log = new ReplicaLog(folder.resolve("replicas/a-0.log"), 100);
        log.accept("one");
        log.accept("two");
        log.close();
    }
}
