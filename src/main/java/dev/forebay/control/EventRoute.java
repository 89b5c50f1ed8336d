package dev.forebay.control;

import dev.forebay.http.ApiError;
import dev.forebay.http.ApiRequest;
import dev.forebay.http.Edge;
import dev.forebay.http.EdgeObserver;
import dev.forebay.http.EdgeObserver.Abort;
import dev.forebay.sse.EventWriter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code GET /api/v1/events}: the feed as server-sent events. A client that reads too slowly misses events and is sent a
 * snapshot once it has caught up; one that reads nothing is cut.
 */
public final class EventRoute {
    private static final Duration COME_AGAIN = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final EventFeed feed;
    private final Supplier<EventWriter.Timing> timing;
    private final EdgeObserver observer;

    /** @param timing by the configuration in effect, asked for with each stream */
    public EventRoute(Vertx vertx, EventFeed feed, Supplier<EventWriter.Timing> timing, EdgeObserver observer) {
        this.vertx = vertx;
        this.feed = feed;
        this.timing = timing;
        this.observer = observer;
    }

    public void addTo(Edge edge) {
        edge.control(HttpMethod.GET, "/events", request -> new Stream(request).begin());
    }

    /** On the request's event loop, but for what the feed calls. */
    private final class Stream implements EventFeed.Listener, ApiRequest.Interrupted {
        private final ApiRequest request;
        private final Context context = vertx.getOrCreateContext();
        private final EventWriter writer;
        private long sentId;
        private boolean behind;
        private boolean over;

        Stream(ApiRequest request) {
            this.request = request;
            this.writer = new EventWriter(vertx, request.http(), timing.get(), this::stalled);
        }

        void begin() {
            request.onInterrupted(this);
            writer.onDrain(this::drained);
            if (!feed.add(this)) {
                request.fail(ApiError.fault(
                        503,
                        "as many event streams are open as may be (limits.event_streams_max)",
                        "event_streams_full",
                        Optional.of(COME_AGAIN)));
            }
        }

        @Override
        public void events(EventFeed.Batch batch) {
            context.runOnContext(_ -> send(batch));
        }

        @Override
        public void end(EventFeed.Batch last) {
            context.runOnContext(_ -> {
                if (!over) {
                    over = true;
                    writer.end(Buffer.buffer(last.text()));
                }
            });
        }

        @Override
        public void clientGone() {
            over = true;
            feed.remove(this);
            writer.stop();
        }

        @Override
        public void abort(ApiError reason) {
            feed.remove(this);
            end(new EventFeed.Batch(sentId, ""));
        }

        private void send(EventFeed.Batch batch) {
            if (over || batch.lastId() <= sentId) {
                return;
            }
            if (writer.hasBegun() && writer.isFull()) {
                behind = true;
                return;
            }
            if (!writer.hasBegun()) {
                request.firstChunk();
                request.streams(writer::unreadBytes);
            }
            sentId = batch.lastId();
            writer.write(Buffer.buffer(batch.text()));
        }

        private void drained() {
            if (behind && !over) {
                behind = false;
                send(feed.snapshot());
            }
        }

        private void stalled() {
            over = true;
            feed.remove(this);
            request.failedBy(Abort.SLOW_READER.word());
            observer.streamAborted(Abort.SLOW_READER);
        }
    }
}
