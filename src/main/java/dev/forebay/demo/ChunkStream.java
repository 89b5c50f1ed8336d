package dev.forebay.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.sse.EventWriter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;

/**
 * Streams chunks with a pause before each but the first. A chunk is made only when it can be written; a client that has
 * gone or has stopped reading ends it all. Everything runs on the response's event loop.
 */
final class ChunkStream {
    private static final Buffer DONE = EventWriter.event("[DONE]".getBytes(StandardCharsets.US_ASCII));
    private static final EventWriter.Timing TIMING = new EventWriter.Timing(15_000, 60_000);
    private static final int BATCH_BYTES_MAX = 16 * 1024;

    private final Vertx vertx;
    private final EventWriter writer;
    private final HttpServerResponse response;
    private final Iterator<ObjectNode> chunks;
    private final Duration pause;
    private boolean ended;
    private long timer = -1;

    ChunkStream(Vertx vertx, HttpServerRequest request, Iterator<ObjectNode> chunks, Duration pause) {
        this.vertx = vertx;
        this.response = request.response();
        this.chunks = chunks;
        this.pause = pause;
        this.writer = new EventWriter(vertx, request, TIMING, this::stop);
    }

    void start() {
        if (response.closed()) {
            return;
        }
        response.exceptionHandler(_ -> stop());
        next();
    }

    /** Called when the client has gone. */
    void stop() {
        ended = true;
        writer.stop();
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
    }

    private void next() {
        timer = -1;
        if (ended || response.closed()) {
            stop();
            return;
        }
        if (writer.isFull()) {
            writer.onDrain(this::next);
            return;
        }
        var batch = Buffer.buffer();
        do {
            if (!chunks.hasNext()) {
                ended = true;
                writer.end(batch.appendBuffer(DONE));
                return;
            }
            batch.appendBuffer(EventWriter.event(Json.bytes(chunks.next())));
        } while (pause.isZero() && batch.length() < BATCH_BYTES_MAX);
        writer.write(batch);
        if (pause.isZero()) {
            vertx.runOnContext(_ -> next());
        } else {
            timer = vertx.setTimer(pause.toMillis(), _ -> next());
        }
    }
}
