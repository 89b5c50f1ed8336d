package dev.forebay.store;

import java.nio.file.Path;

/** Another gateway runs on this data directory; the message names it and says what to do. */
public final class DataDirectoryInUse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DataDirectoryInUse(Path path, String owner, long pid) {
        super("the data directory " + path + " is in use by another gateway (" + owner + "); end it first"
                + (pid > 0 ? " (kill " + pid + ")" : "") + ", or give this one a directory of its own with --data");
    }
}
