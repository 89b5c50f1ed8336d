package dev.forebay;

import java.io.FileInputStream;
import java.io.IOException;

/** The terminal that this process was started at, if it was. */
record Terminal(boolean atStart) {
    private static final String DEVICE = "/dev/tty";

    static Terminal ofThisProcess() {
        return new Terminal(isThere());
    }

    /** It was there and is not any more: its window was closed. */
    boolean isGone() {
        return atStart && !isThere();
    }

    private static boolean isThere() {
        try (var _ = new FileInputStream(DEVICE)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
