package dev.forebay.telemetry;

import ch.qos.logback.classic.LoggerContext;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log's output, wherever the log's configuration has put it. */
public final class Logs {
    private Logs() {}

    /** Waits, for a second at most, until everything logged so far is written. To be called last before the end. */
    public static void flush() {
        appenders().forEach(LogAppender::flush);
    }

    static long dropped() {
        return appenders().stream().mapToLong(LogAppender::dropped).sum();
    }

    private static List<LogAppender> appenders() {
        var found = new ArrayList<LogAppender>();
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            var all = context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
            while (all.hasNext()) {
                if (all.next() instanceof LogAppender ours) {
                    found.add(ours);
                }
            }
        }
        return found;
    }
}
