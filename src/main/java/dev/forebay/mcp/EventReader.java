package dev.forebay.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.sse.EventScanner;
import dev.forebay.sse.Frame;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the messages of one event stream, on the response's context. */
final class EventReader {
    private static final Logger log = LoggerFactory.getLogger(EventReader.class);
    private static final int PARSED_HERE_MAX = 64 * 1024;
    private static final long RETRY_MILLIS_MAX = 30_000;

    private final Context context;
    private final EventScanner scanner;
    private final Consumer<JsonNode> messages;
    private final Consumer<@Nullable Throwable> atEnd;
    private int parsing;
    private boolean ended;
    private @Nullable Throwable cause;
    private @Nullable String lastId;
    private long retryMillis = -1;

    /** @param atEnd called once after the last message, with what broke the stream or null */
    EventReader(Context context, int eventBytesMax, Consumer<JsonNode> messages, Consumer<@Nullable Throwable> atEnd) {
        this.context = context;
        this.scanner = new EventScanner(eventBytesMax);
        this.messages = messages;
        this.atEnd = atEnd;
    }

    void read(HttpClientResponse response) {
        response.exceptionHandler(this::end);
        response.endHandler(_ -> {
            scanner.end(this::event);
            end(null);
        });
        response.handler(chunk -> {
            if (ended) {
                return;
            }
            try {
                scanner.feed(chunk.getBytes(), this::event);
            } catch (EventScanner.EventTooLarge e) {
                end(e);
            }
        });
    }

    /** The id of the last event that had one: where the stream can be taken up again. */
    @Nullable
    String lastId() {
        return lastId;
    }

    /** The pause that the server wishes before that, or this one if it has not said. */
    long retryMillis(long otherwise) {
        return retryMillis < 0 ? otherwise : Math.min(retryMillis, RETRY_MILLIS_MAX);
    }

    private void event(Frame frame) {
        fields(frame);
        if (!frame.hasData() || ended) {
            return;
        }
        var data = frame.data();
        if (data.length == 0) {
            return;
        }
        if (data.length <= PARSED_HERE_MAX) {
            try {
                messages.accept(Wire.parse(data, 0, data.length));
            } catch (IOException e) {
                noise(e);
            }
            return;
        }
        parsing++;
        context.executeBlocking(() -> Wire.parse(data, 0, data.length), true).onComplete(parsed -> {
            parsing--;
            if (parsed.succeeded()) {
                messages.accept(parsed.result());
            } else {
                noise(parsed.cause());
            }
            endIfDone();
        });
    }

    private static void noise(Throwable cause) {
        log.atWarn()
                .addKeyValue("error", cause.getClass().getSimpleName())
                .log("mcp event that is no message passed over");
    }

    private void end(@Nullable Throwable why) {
        if (!ended) {
            ended = true;
            cause = why;
            endIfDone();
        }
    }

    private void endIfDone() {
        if (ended && parsing == 0) {
            parsing = -1;
            atEnd.accept(cause);
        }
    }

    /** The scanner has no use for ids and retries; they stand at the beginning of lines. */
    private void fields(Frame frame) {
        var bytes = frame.bytes();
        var line = frame.from();
        for (var i = line; i < frame.to(); i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                if (i - line < 512 && i - line > 2 && (bytes[line] == 'i' || bytes[line] == 'r')) {
                    field(new String(bytes, line, i - line, StandardCharsets.UTF_8));
                }
                line = i + 1;
            }
        }
    }

    private void field(String line) {
        if (line.startsWith("id:")) {
            lastId = line.substring(3).strip();
        } else if (line.startsWith("retry:") && line.substring(6).strip().matches("\\d{1,9}")) {
            retryMillis = Long.parseLong(line.substring(6).strip());
        }
    }
}
