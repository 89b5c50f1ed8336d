package dev.forebay.openai;

import dev.forebay.http.ApiRequest;
import dev.forebay.http.EdgeObserver;
import dev.forebay.http.EdgeObserver.Abort;
import dev.forebay.sse.EventWriter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** A client's event stream in either lane: its head, when it goes out, and how it ends. On the request's event loop. */
final class EventStream {
    /** What all streams of an event loop have in common. */
    record Settings(Vertx vertx, StreamSettings stream, EdgeObserver observer) {}

    private final Settings settings;
    private final ApiRequest request;
    private final Consumer<String> onStalled;
    private final EventWriter writer;
    private long earlyHead = -1;
    private boolean over;

    /** @param onStalled told the word for it if the client has stopped reading; its connection is broken off then */
    EventStream(ApiRequest request, Settings settings, Consumer<String> onStalled) {
        this.settings = settings;
        this.request = request;
        this.onStalled = onStalled;
        var timing = new EventWriter.Timing(
                settings.stream().heartbeatSeconds() * 1000L, settings.stream().stallSeconds() * 1000L);
        this.writer = new EventWriter(settings.vertx(), request.http(), timing, this::stalled);
    }

    private void stalled() {
        request.failedBy(Abort.SLOW_READER.word());
        breaksOff(Abort.SLOW_READER);
        onStalled.accept(Abort.SLOW_READER.word());
    }

    /** Sends head and heartbeats after a while, even if the model has not begun to answer by then. */
    void beginInTime() {
        var seconds = settings.stream().earlyHeadSeconds();
        if (seconds > 0) {
            earlyHead = settings.vertx().setTimer(seconds * 1000L, _ -> {
                earlyHead = -1;
                if (!request.response().closed() && !request.response().ended()) {
                    opens();
                    writer.begin();
                }
            });
        }
    }

    void onDrain(Runnable drained) {
        writer.onDrain(drained);
    }

    /** Breaks off a whole answer of which nothing is read for too long; what is returned is to be called once it is. */
    Runnable awaitReader() {
        var timer = settings.vertx().setTimer(settings.stream().stallSeconds() * 1000L, _ -> {
            if (!request.response().closed()) {
                request.failedBy(Abort.SLOW_READER.word());
                settings.observer().streamAborted(Abort.SLOW_READER);
                onStalled.accept(Abort.SLOW_READER.word());
                EventWriter.breakOff(request.http());
            }
        });
        return () -> settings.vertx().cancelTimer(timer);
    }

    boolean hasBegun() {
        return writer.hasBegun();
    }

    /** Sends the head. */
    void begin() {
        cancelEarlyHead();
        if (!request.response().closed()) {
            opens();
            writer.begin();
        }
    }

    private void opens() {
        if (!hasBegun()) {
            request.streams(writer::unreadBytes);
        }
    }

    void write(Buffer events) {
        cancelEarlyHead();
        request.firstChunk();
        opens();
        writer.write(events);
    }

    void end(Buffer lastEvents) {
        cancelEarlyHead();
        opens();
        writer.end(lastEvents);
    }

    /** Ends the stream so that it does not look complete, or answers with the error's status if it has not begun. */
    void fail(Buffer eventsBefore, ErrorAnswer error) {
        cancelEarlyHead();
        request.failedBy(error.word());
        if (request.response().closed()) {
            gone();
        } else if (hasBegun()) {
            breaksOff(error.abort());
            writer.end(eventsBefore.appendBuffer(error.event()));
        } else {
            error.to(request);
        }
    }

    /** The client has gone. */
    void gone() {
        cancelEarlyHead();
        breaksOff(Abort.CLIENT_GONE);
        writer.stop();
    }

    /** Counted once, and only if the head was out. */
    private void breaksOff(Abort reason) {
        if (!over && hasBegun()) {
            settings.observer().streamAborted(reason);
        }
        over = true;
    }

    private void cancelEarlyHead() {
        if (earlyHead >= 0) {
            settings.vertx().cancelTimer(earlyHead);
            earlyHead = -1;
        }
    }
}
