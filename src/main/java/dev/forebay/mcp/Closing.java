package dev.forebay.mcp;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes links, many side by side. */
final class Closing {
    private static final Logger log = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    static void closeAll(Collection<? extends Link> links, Duration patience, LongSupplier nanos) {
        await(links.stream().map(Closing::begin).toList(), patience, nanos);
    }

    /** Closes a link in the background. */
    static Thread begin(Link link) {
        return Thread.ofVirtual().name("mcp close").start(() -> close(link));
    }

    /** Waits for what is being closed. */
    static void await(List<Thread> threads, Duration patience, LongSupplier nanos) {
        var deadline = nanos.getAsLong() + patience.toNanos();
        try {
            for (var thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, deadline - nanos.getAsLong())))) {
                    log.atWarn().log("an mcp server could not be closed in time");
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Link link) {
        try {
            link.close();
        } catch (InterruptedException e) {
            log.atDebug().setCause(e).log("closing an mcp connection was interrupted");
        }
    }
}
