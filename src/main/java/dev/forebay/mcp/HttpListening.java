package dev.forebay.mcp;

import dev.forebay.mcp.HttpTarget.Session;
import io.modelcontextprotocol.spec.HttpHeaders;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream over which a server speaks unasked. It is taken up again whenever it breaks, for as long as the session
 * lives; a server that has none answers 405. Lives on its target's context.
 */
final class HttpListening {
    private static final Logger log = LoggerFactory.getLogger(HttpListening.class);
    private static final int OK = 200;

    private final HttpTarget target;
    private final Session session;
    private final Transport.Receiver receiver;
    private final Runnable onResumed;
    private final Backoff backoff;
    private @Nullable HttpClientRequest request;
    private @Nullable String lastId;
    private boolean wasOpen;
    private boolean stopped;

    /** @param onResumed called when the stream stands again after a break, in which something may have been missed */
    HttpListening(
            HttpTarget target,
            Session session,
            Transport.Receiver receiver,
            Runnable onResumed,
            RandomGenerator random) {
        this.target = target;
        this.session = session;
        this.receiver = receiver;
        this.onResumed = onResumed;
        this.backoff = new Backoff(random);
    }

    void start() {
        if (stopped) {
            return;
        }
        var options = target.request(HttpMethod.GET, "text/event-stream", session);
        if (lastId != null) {
            options.putHeader(HttpHeaders.LAST_EVENT_ID, lastId);
        }
        target.client().request(options).onComplete(connected -> {
            if (connected.failed()) {
                again(backoff.nextMillis());
            } else if (stopped) {
                connected.result().reset();
            } else {
                send(connected.result());
            }
        });
    }

    void stop() {
        stopped = true;
        if (request != null) {
            request.reset();
        }
    }

    private void send(HttpClientRequest connected) {
        request = connected;
        connected.send().onComplete(head -> {
            if (head.succeeded()) {
                HttpTarget.quiet(head.result());
            }
            if (stopped) {
                return;
            }
            if (head.failed()) {
                again(backoff.nextMillis());
                return;
            }
            var response = head.result();
            var type = response.getHeader(HttpHeaders.CONTENT_TYPE);
            if (response.statusCode() == OK && type != null && type.contains("text/event-stream")) {
                opened();
                var reader = new EventReader[1];
                reader[0] = new EventReader(
                        target.context(), target.messageBytesMax(), receiver::message, _ -> ended(reader[0]));
                reader[0].read(response);
            } else {
                refused(connected, response.statusCode());
            }
        });
    }

    private void opened() {
        backoff.reset();
        if (wasOpen) {
            onResumed.run();
        }
        wasOpen = true;
    }

    private void ended(EventReader reader) {
        if (reader.lastId() != null) {
            lastId = reader.lastId();
        }
        again(Math.max(reader.retryMillis(0), backoff.nextMillis()));
    }

    private void refused(HttpClientRequest connected, int status) {
        connected.reset();
        if (status / 100 == 5 || status == 429) {
            again(backoff.nextMillis());
            return;
        }
        // 405: it has no such stream. 404: the session is over, which the next request will find out and mend.
        stopped = true;
        log.atDebug()
                .addKeyValue("server", target.server())
                .addKeyValue("status", status)
                .log("mcp server has no stream");
    }

    private void again(long pauseMillis) {
        if (!stopped) {
            target.vertx().timer(pauseMillis, TimeUnit.MILLISECONDS).onComplete(_ -> start());
        }
    }
}
