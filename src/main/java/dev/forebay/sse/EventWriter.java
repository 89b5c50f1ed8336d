package dev.forebay.sse;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Writes one event stream to a client: the head, whole events, a comment in every gap of silence. It aborts a client
 * that has stopped reading. Everything runs on the response's event loop.
 */
public final class EventWriter {
    /**
     * @param heartbeatMillis the longest silence; a comment is written before it is over
     * @param stallMillis how long a client may read nothing while something waits for it
     */
    public record Timing(long heartbeatMillis, long stallMillis) {}

    private static final Buffer HEARTBEAT = Buffer.buffer(": keep-alive\n\n");

    /** What is larger goes out in pieces, each of which shows that the client reads. */
    private static final int PIECE_BYTES = 64 * 1024;

    /** Ticks in a heartbeat: a silence is noticed between two thirds and the whole of it. */
    private static final int TICKS = 3;

    private static final byte[] DATA = {'d', 'a', 't', 'a', ':', ' '};
    private static final byte[] END = {'\n', '\n'};

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Timing timing;
    private final Runnable onStalled;
    private boolean begun;
    private boolean ending;
    private int quietTicks;
    private long unreadMillis;
    private long timer = -1;

    /** @param onStalled called once if the client has stopped reading; its connection is then broken off */
    public EventWriter(Vertx vertx, HttpServerRequest request, Timing timing, Runnable onStalled) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
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

    /** Sends the head and a first comment; from here on a failure can only be told by an error event. */
    public void begin() {
        if (!begun) {
            prepare();
            response.write(HEARTBEAT);
        }
    }

    /** Writes whole events, after the head if it is not out yet. */
    public void write(Buffer events) {
        prepare();
        quietTicks = 0;
        response.write(allButLastPiece(events));
    }

    public boolean isFull() {
        return response.writeQueueFull();
    }

    /** What has been written and waits for the client to read it. From any thread, about right. */
    public long unreadBytes() {
        if (!(request.connection() instanceof HttpServerConnection connection)) {
            return 0;
        }
        var pending = connection.channelHandlerContext().channel().unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    public void onDrain(Runnable drained) {
        response.drainHandler(_ -> {
            unreadMillis = 0;
            drained.run();
        });
    }

    /** Ends the stream after these last events. The client is still given no more time than ever to read them. */
    public void end(Buffer events) {
        prepare();
        ending = true;
        response.end(allButLastPiece(events)).onComplete(_ -> stop());
    }

    /** Writes a large buffer but for its last piece, which it returns. */
    private Buffer allButLastPiece(Buffer events) {
        var from = 0;
        for (; events.length() - from > PIECE_BYTES; from += PIECE_BYTES) {
            response.write(events.slice(from, from + PIECE_BYTES)).onComplete(_ -> unreadMillis = 0);
        }
        return from == 0 ? events : events.slice(from, events.length());
    }

    /** Stops the heartbeat: the client is gone. */
    public void stop() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }

    private void prepare() {
        if (begun) {
            return;
        }
        begun = true;
        response.setStatusCode(200)
                .putHeader("content-type", "text/event-stream; charset=utf-8")
                .putHeader("cache-control", "no-cache")
                .putHeader("x-accel-buffering", "no")
                .setChunked(true);
        timer = vertx.setPeriodic(tickMillis(), _ -> tick());
    }

    private long tickMillis() {
        return Math.max(1, timing.heartbeatMillis() / TICKS);
    }

    private void tick() {
        if (response.closed()) {
            stop();
        } else if (ending || response.writeQueueFull()) {
            unreadMillis += tickMillis();
            if (unreadMillis >= timing.stallMillis()) {
                stop();
                // First, so that the end of the connection is not taken for the client's doing.
                onStalled.run();
                breakOff(request);
            }
        } else {
            unreadMillis = 0;
            if (++quietTicks >= TICKS) {
                quietTicks = 0;
                response.write(HEARTBEAT);
            }
        }
    }

    /** Breaks the client's connection off in the middle of an answer. */
    public static void breakOff(HttpServerRequest request) {
        request.response().reset();
        breakOff(request.connection());
    }

    /**
     * Breaks a connection off, whatever still waits to be written. An orderly close waits until all is written, which a
     * client that has stopped reading does not let happen.
     */
    public static void breakOff(HttpConnection connection) {
        if (connection instanceof HttpServerConnection channel) {
            var _ = channel.channelHandlerContext().close();
        }
    }
}
