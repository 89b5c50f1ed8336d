package dev.forebay;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is told to end with 500 streams open; {@link ShutdownTest} does the same with 48. */
class ShutdownSlow {
    private static final int STREAMS = 500;

    @TempDir
    Path folder;

    @Test
    void streamsThatEndInTimeAreWholeAndASecondSignalCutsTheRest() throws Exception {
        try (var crowd = new ShutdownCrowd(folder, 600)) {
            crowd.open(STREAMS).terminate().endInTime().hurry().assertTheRestIsCut();
        }
    }

    @Test
    void streamsThatAreStillOpenOnceTheDrainIsOverAreCut() throws Exception {
        try (var crowd = new ShutdownCrowd(folder, 1)) {
            crowd.open(STREAMS).terminate().assertTheRestIsCut();
        }
    }
}
