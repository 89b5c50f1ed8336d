package dev.forebay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Tells the launcher that the gateway accepts requests: a file with our pid, gone when we are. */
final class ReadyFile {
    private final @Nullable Path file;

    private ReadyFile(@Nullable Path file) {
        this.file = file;
    }

    /** @param name where, or null if nobody waits for it */
    static ReadyFile write(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return new ReadyFile(null);
        }
        var file = Path.of(name);
        try {
            Files.writeString(file, Long.toString(ProcessHandle.current().pid()));
            return new ReadyFile(file);
        } catch (IOException e) {
            // The launcher then makes no faster start; the gateway is none the worse.
            LoggerFactory.getLogger(ReadyFile.class).atWarn().setCause(e).log("cannot write the ready file");
            return new ReadyFile(null);
        }
    }

    void remove() {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(ReadyFile.class).atWarn().setCause(e).log("cannot remove the ready file");
        }
    }
}
