package dev.forebay.telemetry;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line a request: who, what, how it ended, what it took; never a body, a prompt or a key. */
final class RequestLog implements Consumer<RequestSummary> {
    private static final Logger log = LoggerFactory.getLogger("dev.forebay.request");

    @Override
    public void accept(RequestSummary summary) {
        var event = isProbe(summary) ? log.atDebug() : log.atInfo();
        event.addKeyValue("request", summary).log("request");
    }

    /** What comes every few seconds from machines that watch, and is well. */
    private static boolean isProbe(RequestSummary summary) {
        var route = summary.end().route();
        return summary.end().status() < 400 && (route.startsWith("/health") || route.equals("/metrics"));
    }
}
