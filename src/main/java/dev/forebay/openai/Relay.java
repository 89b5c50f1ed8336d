package dev.forebay.openai;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.RouteTaken;
import dev.forebay.chat.Usage;
import dev.forebay.http.ApiError;
import dev.forebay.http.ApiRequest;
import dev.forebay.sse.EventWriter;
import dev.forebay.sse.Frame;
import dev.forebay.upstream.Exchange;
import dev.forebay.upstream.ModelMember;
import dev.forebay.upstream.Receiver;
import dev.forebay.upstream.TurnRequest;
import dev.forebay.upstream.Upstream;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The relay lane: the bytes of one turn, from the replica to the client. Events go out as they came, a chunk of the
 * network at a time; they are copied only where a name must be put right or an event left out.
 */
final class Relay implements Receiver, ApiRequest.Interrupted {
    private static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");

    private final ApiRequest request;
    private final HttpServerResponse response;
    private final boolean stream;
    private final boolean showUsage;
    private final List<String> answerHeaders;
    private final ModelMember model;
    private final EventStream events;
    private final Exchange exchange;
    private final Passage passage = new Passage();
    private @Nullable Buffer held;
    private @Nullable String heldType;

    Relay(
            ApiRequest request,
            TurnRequest turn,
            boolean showUsage,
            Upstream upstream,
            EventStream.Settings settings,
            List<String> answerHeaders) {
        this.answerHeaders = answerHeaders;
        this.request = request;
        this.response = request.response();
        this.stream = turn.turn().stream();
        this.showUsage = showUsage;
        this.model = ModelMember.named(turn.shownModel());
        this.exchange = new Exchange(upstream, turn, this);
        this.events = new EventStream(request, settings, exchange::cutOff);
    }

    void start() {
        request.onInterrupted(this);
        if (stream) {
            events.beginInTime();
        }
        exchange.start();
    }

    @Override
    public void routed(RouteTaken route) {
        RouteHeaders.put(response, route);
    }

    @Override
    public void head(MultiMap headers) {
        if (!response.headWritten()) {
            for (var name : answerHeaders) {
                response.headers().add(name, headers.getAll(name));
            }
        }
    }

    @Override
    public void event(Frame frame, Kind kind) {
        if (kind == Kind.USAGE && !showUsage) {
            passage.leaveOut();
            return;
        }
        var renamed = model.in(frame);
        if (renamed == null) {
            passage.add(frame);
        } else {
            passage.addChanged(renamed);
        }
    }

    @Override
    public void flush(@Nullable Buffer asItCame) {
        var ready = passage.take(asItCame);
        if (ready != null) {
            events.write(ready);
        }
    }

    /** A whole answer mostly comes in one piece, and then has a length; the first of several waits for the second. */
    @Override
    public void answer(@Nullable String contentType, Buffer piece) {
        var first = held;
        if (first == null && !response.headWritten()) {
            held = piece;
            heldType = contentType;
            return;
        }
        if (first != null) {
            response.setChunked(true).putHeader("content-type", typeOr(heldType));
            send(first);
            held = null;
        }
        send(piece);
    }

    @Override
    public boolean isFull() {
        return response.writeQueueFull();
    }

    /** A stream's writer looks after slow readers; whoever reads a whole answer has as long from piece to piece. */
    @Override
    public void onDrain(Runnable drained) {
        if (stream) {
            events.onDrain(drained);
            return;
        }
        var read = events.awaitReader();
        response.drainHandler(_ -> {
            read.run();
            drained.run();
        });
    }

    @Override
    public void complete(Usage usage) {
        if (stream) {
            events.end(DONE);
        } else if (held != null) {
            request.answer(200, typeOr(heldType), held);
        } else {
            response.end().onFailure(_ -> {});
        }
    }

    @Override
    public void failed(ModelFailure failure) {
        stop(ErrorAnswer.of(failure));
    }

    @Override
    public void clientGone() {
        events.gone();
        exchange.cancel();
    }

    @Override
    public void abort(ApiError reason) {
        exchange.cutOff(ErrorAnswer.of(reason).word());
        stop(ErrorAnswer.of(reason));
    }

    private void stop(ErrorAnswer error) {
        if (stream) {
            events.fail(Buffer.buffer(), error);
            return;
        }
        request.failedBy(error.word());
        if (response.headWritten()) {
            // Part of a whole answer is with the client: only a broken connection tells that the rest is missing.
            EventWriter.breakOff(request.http());
        } else {
            error.to(request);
        }
    }

    private void send(Buffer piece) {
        // A failed write means that the client has gone, which its close handler tells.
        response.write(piece).onFailure(_ -> {});
    }

    private static String typeOr(@Nullable String contentType) {
        return contentType == null ? "application/json" : contentType;
    }
}
