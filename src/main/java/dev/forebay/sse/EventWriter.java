package dev.forebay.sse;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * Writes one event stream to a client: the head, whole events, a comment in every gap of silence. It aborts a client
 * that has stopped reading. Everything runs on the response's event loop.
 */
public final class EventWriter {
    /**
     * @param heartbeatMillis silence after which a comment is written
     * @param stallMillis how long a client may read nothing while something waits for it
     */
    public record Timing(long heartbeatMillis, long stallMillis) {}

    private static final Buffer HEARTBEAT = Buffer.buffer(": keep-alive\n\n");
    private static final byte[] DATA = {'d', 'a', 't', 'a', ':', ' '};
    private static final byte[] END = {'\n', '\n'};

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Timing timing;
    private final Runnable onStalled;
    private boolean wroteSinceTick;
    private boolean begun;
    private long fullMillis;
    private long timer = -1;

    /** @param onStalled called once if the client has stopped reading; the response has been reset by then */
    public EventWriter(Vertx vertx, HttpServerResponse response, Timing timing, Runnable onStalled) {
        this.vertx = vertx;
        this.response = response;
        this.timing = timing;
        this.onStalled = onStalled;
    }

    /** One event with this data, which must not contain a line end. */
    public static Buffer event(byte[] data) {
        return Buffer.buffer(data.length + 8)
                .appendBytes(DATA)
                .appendBytes(data)
                .appendBytes(END);
    }

    public boolean hasBegun() {
        return begun;
    }

    /** Sends the head; from here on a failure can only be told by an error event. */
    public void begin() {
        if (begun) {
            return;
        }
        begun = true;
        response.setStatusCode(200)
                .putHeader("content-type", "text/event-stream; charset=utf-8")
                .putHeader("cache-control", "no-cache")
                .putHeader("x-accel-buffering", "no")
                .setChunked(true);
        timer = vertx.setPeriodic(timing.heartbeatMillis(), _ -> tick());
    }

    /** Writes whole events. */
    public void write(Buffer events) {
        begin();
        wroteSinceTick = true;
        response.write(events);
    }

    public boolean isFull() {
        return response.writeQueueFull();
    }

    public void onDrain(Runnable drained) {
        response.drainHandler(_ -> drained.run());
    }

    /** Ends the stream after these last events. */
    public void end(Buffer events) {
        begin();
        stop();
        response.end(events);
    }

    /** Stops the heartbeat: the client is gone. */
    public void stop() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }

    private void tick() {
        if (response.closed() || response.ended()) {
            stop();
        } else if (response.writeQueueFull()) {
            fullMillis += timing.heartbeatMillis();
            if (fullMillis >= timing.stallMillis()) {
                stop();
                response.reset();
                onStalled.run();
            }
        } else {
            fullMillis = 0;
            if (!wroteSinceTick) {
                response.write(HEARTBEAT);
            }
        }
        wroteSinceTick = false;
    }
}
