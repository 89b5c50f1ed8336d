package dev.forebay.bench;

import java.util.ArrayList;
import java.util.List;

/** Where processes run: what is measured alone on one core, load generator and model servers on another. */
final class Cores {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    static final int LOAD = 0;
    static final int MEASURED = PROCESSORS > 1 ? 1 : 0;

    private static final boolean CAN_PIN = isThere("taskset");

    private Cores() {}

    /** What is to be known about this machine before its figures are believed. */
    static List<String> notes() {
        var notes = new ArrayList<String>();
        if (PROCESSORS == 1) {
            notes.add("this machine has one core: the load generator takes time from what it measures");
        }
        if (!CAN_PIN) {
            notes.add("taskset is missing: nothing is pinned to a core, so that targets and load disturb each other");
        }
        return notes;
    }

    static List<String> pinned(int core, List<String> command) {
        if (!CAN_PIN) {
            return command;
        }
        var pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        pinned.addAll(command);
        return pinned;
    }

    static void pinThisProcess() throws Exception {
        if (CAN_PIN) {
            run(
                    "taskset",
                    "-apc",
                    Integer.toString(LOAD),
                    Long.toString(ProcessHandle.current().pid()));
        }
    }

    static boolean isThere(String program) {
        try {
            return run("sh", "-c", "command -v " + program) == 0;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
