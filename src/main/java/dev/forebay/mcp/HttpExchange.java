package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.agent.Tools.ToolFailure.Kind;
import dev.forebay.mcp.HttpTarget.Session;
import dev.forebay.sse.EventScanner;
import io.modelcontextprotocol.spec.HttpHeaders;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and what comes back for it: a JSON body, or a stream of events with the answer in it, which may be taken
 * up again by another request if the server cut it on purpose. Lives on its target's context.
 */
final class HttpExchange {
    private static final String ACCEPT_BOTH = "application/json, text/event-stream";
    private static final int RESUMES_MAX = 100;
    private static final long NOTICE_MILLIS = 10_000;
    private static final long RESUME_PAUSE_MILLIS = 1000;

    /** Hears how the exchange goes. */
    interface Listener {
        /** The head of the answer is good; it carries this session, if not empty. */
        void accepted(String sessionId);

        void message(JsonNode message);

        /** No more comes. Called once; null if the server has said all it wanted. */
        void over(@Nullable Exception failure);
    }

    private final HttpTarget target;
    private final Session session;
    private final long id;
    private final Listener listener;
    private @Nullable HttpClientRequest request;
    private boolean sent;
    private boolean answered;
    private boolean over;
    private int resumes;

    /** @param id of the request that is sent, or {@link Wire#NO_ID} for a message that has no answer */
    HttpExchange(HttpTarget target, Session session, long id, Listener listener) {
        this.target = target;
        this.session = session;
        this.id = id;
        this.listener = listener;
    }

    void start(byte[] message) {
        var options = target.request(HttpMethod.POST, ACCEPT_BOTH, session);
        options.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        if (id == Wire.NO_ID) {
            options.setTimeout(NOTICE_MILLIS);
        }
        connect(options, Buffer.buffer(message));
    }

    /** Ends the exchange without a word to the listener. */
    void cancel() {
        over = true;
        if (request != null) {
            request.reset();
        }
    }

    private void connect(RequestOptions options, Buffer body) {
        target.client().request(options).onComplete(connected -> {
            if (over) {
                if (connected.succeeded()) {
                    connected.result().reset();
                }
            } else if (connected.succeeded()) {
                send(connected.result(), body);
            } else {
                end(sent ? lost(connected.cause()) : unreachable(connected.cause()));
            }
        });
    }

    private void send(HttpClientRequest connected, Buffer body) {
        request = connected;
        sent = true;
        connected.send(body).onComplete(head -> {
            if (head.succeeded()) {
                HttpTarget.quiet(head.result());
            }
            if (over) {
                return;
            }
            if (head.succeeded()) {
                head(head.result());
            } else {
                end(lost(head.cause()));
            }
        });
    }

    private void head(HttpClientResponse response) {
        if (response.statusCode() / 100 != 2) {
            collect(response, body -> end(refusal(response.statusCode(), body)));
            return;
        }
        var given = response.getHeader(HttpHeaders.MCP_SESSION_ID);
        listener.accepted(given == null ? "" : given);
        var type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && type.contains("text/event-stream")) {
            stream(response);
        } else {
            collect(response, body -> whole(response, body));
        }
    }

    /** The rest of a stream being refused says nothing about the request, which the server has had long before. */
    private Exception refusal(int status, Buffer body) {
        return resumes == 0
                ? HttpFailures.ofStatus(target.server(), session, status, body, id)
                : Failures.lost(target.server(), "the stream was cut; taking it up gave status " + status, null);
    }

    private void stream(HttpClientResponse response) {
        var reader = new EventReader[1];
        reader[0] = new EventReader(target.context(), target.messageBytesMax(), this::deliver, cause -> {
            if (!over) {
                ended(reader[0], cause);
            }
        });
        reader[0].read(response);
    }

    private void ended(EventReader reader, @Nullable Throwable cause) {
        if (answered || id == Wire.NO_ID) {
            end(null);
        } else if (cause instanceof EventScanner.EventTooLarge) {
            end(tooLarge());
        } else if (reader.lastId() != null && resumes++ < RESUMES_MAX) {
            resume(reader.lastId(), reader.retryMillis(RESUME_PAUSE_MILLIS));
        } else {
            end(
                    cause == null
                            ? Failures.lost(target.server(), "the stream ended without an answer", null)
                            : lost(cause));
        }
    }

    /** The request has been sent already; this asks for the rest of its stream only. */
    private void resume(String lastId, long pauseMillis) {
        target.vertx().timer(pauseMillis, TimeUnit.MILLISECONDS).onComplete(_ -> {
            if (!over) {
                var options = target.request(HttpMethod.GET, "text/event-stream", session);
                options.putHeader(HttpHeaders.LAST_EVENT_ID, lastId);
                connect(options, Buffer.buffer());
            }
        });
    }

    private void whole(HttpClientResponse response, Buffer body) {
        if (id == Wire.NO_ID) {
            end(null);
            return;
        }
        target.context()
                .executeBlocking(() -> Wire.parse(body.getBytes(), 0, body.length()), true)
                .onComplete(parsed -> {
                    if (over) {
                        return;
                    }
                    if (parsed.succeeded()) {
                        deliver(parsed.result());
                    }
                    end(
                            answered
                                    ? null
                                    : Failures.protocol(
                                            target.server(),
                                            "answered with status " + response.statusCode() + " and no message"));
                });
    }

    private void deliver(JsonNode message) {
        if (over) {
            return;
        }
        answered |= isAnswer(message);
        for (var item : message) {
            answered |= message.isArray() && isAnswer(item);
        }
        listener.message(message);
    }

    private boolean isAnswer(JsonNode message) {
        return !message.has("method") && Wire.id(message.path("id")) == id;
    }

    private void collect(HttpClientResponse response, Consumer<Buffer> then) {
        var body = Buffer.buffer();
        response.exceptionHandler(cause -> end(lost(cause)));
        response.endHandler(_ -> {
            if (!over) {
                then.accept(body);
            }
        });
        response.handler(chunk -> {
            if (body.length() + chunk.length() > target.messageBytesMax()) {
                end(tooLarge());
            } else {
                body.appendBuffer(chunk);
            }
        });
    }

    private void end(@Nullable Exception failure) {
        if (over) {
            return;
        }
        over = true;
        if (failure != null && request != null) {
            request.reset();
        }
        listener.over(failure);
    }

    private ToolFailure tooLarge() {
        return new ToolFailure(
                Kind.TOO_LARGE,
                target.server() + " sent a message larger than " + target.messageBytesMax()
                        + " bytes (mcp.message_bytes_max)",
                null);
    }

    private ToolFailure unreachable(Throwable cause) {
        return Failures.unavailable(
                target.server(),
                "cannot be reached at " + Failures.shown(target.url()) + ": " + cause.getMessage(),
                cause);
    }

    private ToolFailure lost(Throwable cause) {
        return Failures.lost(target.server(), "the connection broke: " + cause.getMessage(), cause);
    }
}
