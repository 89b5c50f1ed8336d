package dev.forebay.process;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Signals to process groups; the JDK knows only single processes. */
final class Signals {
    private Signals() {}

    /** A group that is gone is no error. */
    static void toGroup(long group, String signal) {
        if (group <= 1) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + signal, "--", "-" + group)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            // No kill on the path: the caller signals the processes it knows one by one as well.
            LoggerFactory.getLogger(Signals.class)
                    .atDebug()
                    .addKeyValue("group", group)
                    .setCause(e)
                    .log("cannot signal the group");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
