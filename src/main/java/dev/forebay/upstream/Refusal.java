package dev.forebay.upstream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * An error status with what the engine says about it, or a page where a stream was expected. The status stands whether
 * or not its body is whole.
 */
final class Refusal implements Answer {
    private static final int BODY_BYTES_MAX = 64 * 1024;
    private static final int BODY_SECONDS = 10;

    private final Attempt attempt;
    private final HttpClientResponse head;
    private final InstantSource now;
    private final Buffer body = Buffer.buffer();

    Refusal(Attempt attempt, HttpClientResponse head, InstantSource now) {
        this.now = now;
        this.attempt = attempt;
        this.head = head;
        attempt.due(BODY_SECONDS);
    }

    @Override
    public void chunk(Buffer chunk) {
        body.appendBuffer(chunk, 0, Math.min(chunk.length(), BODY_BYTES_MAX - body.length()));
        if (body.length() == BODY_BYTES_MAX) {
            ended();
        }
    }

    @Override
    public void ended() {
        attempt.fail(fault());
    }

    private Fault fault() {
        var status = head.statusCode();
        if (status / 100 == 2) {
            return Fault.noStream(body.getBytes());
        }
        return status < 400
                ? Fault.noAnswer(status)
                : Fault.refused(status, body.toString(), RetryHeaders.read(head.headers(), now.instant()));
    }

    @Override
    public void broken(@Nullable Throwable cause) {
        if (head.statusCode() / 100 == 2) {
            attempt.fail(Fault.cut(cause));
        } else {
            ended();
        }
    }

    @Override
    public void late() {
        ended();
    }
}
