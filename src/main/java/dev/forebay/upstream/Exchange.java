package dev.forebay.upstream;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.TurnObserver.Outcome;
import dev.forebay.chat.Usage;
import dev.forebay.routing.Lease;
import dev.forebay.routing.LeaseRequest;
import dev.forebay.routing.Router;
import dev.forebay.routing.Waiter;
import dev.forebay.sse.EventScanner;
import dev.forebay.sse.Frame;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One model turn of either lane: admitted, leased, connected, streaming, ended. It lives on its upstream's context;
 * {@link #start} and {@link #cancel} must be called there. A turn is tried on other replicas as long as nothing of an
 * answer has been handed over; on the same replica only if nothing was sent.
 */
public final class Exchange {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final int ERROR_BYTES_MAX = 64 * 1024;
    private static final long SAME_REPLICA_PAUSE_MILLIS = 50;

    /** What a failed attempt means for the next one. */
    private enum Next {
        /** Nothing was sent: any replica, this one too. */
        ANY,
        /** It was sent: only another replica. */
        OTHER,
        NONE
    }

    private final Upstream upstream;
    private final TurnRequest turn;
    private final Receiver receiver;
    private final Set<String> tried = new HashSet<>();
    private final long startedAt;
    private Router.@Nullable Ticket ticket;
    private @Nullable Attempt attempt;
    private @Nullable ModelFailure lastFailure;
    private Next next = Next.NONE;
    private int attempts;
    private boolean admitted;
    private boolean ended;
    private boolean handedOver;
    private boolean cutRetried;
    private boolean paused;
    private @Nullable Duration firstChunk;
    private Duration queued = Duration.ZERO;
    private long timer = -1;
    private long dueAt;

    public Exchange(Upstream upstream, TurnRequest turn, Receiver receiver) {
        this.upstream = upstream;
        this.turn = turn;
        this.receiver = receiver;
        this.startedAt = upstream.nanos().getAsLong();
    }

    public void start() {
        try {
            upstream.observer().admit(turn.turn());
        } catch (ModelFailure refused) {
            ended = true;
            receiver.failed(refused);
            return;
        }
        admitted = true;
        lease();
    }

    /** The client has gone: nothing more is handed over, the replica's connection is reset. */
    public void cancel() {
        if (!ended) {
            finish("client_gone");
        }
    }

    public boolean isEnded() {
        return ended;
    }

    private void lease() {
        attempts++;
        var request = new LeaseRequest(turn.turn().model(), tried, turn.deadline());
        ticket = upstream.router().lease(request, new Waiter() {
            @Override
            public void granted(Lease lease) {
                here(() -> connect(lease));
            }

            @Override
            public void refused(ModelFailure failure) {
                here(() -> noLease(failure));
            }
        });
    }

    private void here(Runnable step) {
        if (upstream.isHere()) {
            step.run();
        } else {
            upstream.context().runOnContext(_ -> step.run());
        }
    }

    private void noLease(ModelFailure failure) {
        if (ended) {
            return;
        }
        attempts--;
        if (lastFailure == null) {
            fail(failure);
        } else if (next == Next.ANY && !tried.isEmpty()) {
            tried.clear();
            upstream.vertx().setTimer(SAME_REPLICA_PAUSE_MILLIS * attempts, _ -> {
                if (!ended) {
                    lease();
                }
            });
        } else {
            fail(lastFailure);
        }
    }

    private void connect(Lease lease) {
        ticket = null;
        if (ended) {
            lease.release(Lease.Ended.UNKNOWN);
            return;
        }
        queued = queued.plus(lease.queued());
        var current = new Attempt(lease);
        attempt = current;
        due(upstream.timeouts().firstEventSeconds());
        var endpoint = lease.endpoint();
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setSsl(endpoint.tls())
                .setURI(endpoint.basePath() + turn.path());
        upstream.client().request(options).onComplete(connected -> {
            if (current.over) {
                if (connected.succeeded()) {
                    connected.result().reset();
                }
            } else if (connected.succeeded()) {
                current.request = connected.result();
                send(current);
            } else {
                failed(current, unreachable(lease, connected.cause()), Next.ANY);
            }
        });
    }

    private void send(Attempt current) {
        var request = current.request;
        var pool = upstream.nodepools().get(current.lease.nodepool());
        if (request == null || pool == null) {
            throw new IllegalStateException("no nodepool " + current.lease.nodepool());
        }
        request.headers()
                .addAll(turn.headers())
                .set("content-type", "application/json")
                .set("accept-encoding", "identity")
                .set("accept", turn.turn().stream() ? "text/event-stream" : "application/json");
        pool.apiKey().ifPresent(key -> request.putHeader("authorization", "Bearer " + key.reveal()));
        current.sent = true;
        request.send(turn.body().forReplica(pool.model().orElse(turn.turn().model()), pool.streamUsage()))
                .onComplete(head -> {
                    if (current.over) {
                        return;
                    }
                    if (head.succeeded()) {
                        answered(current, head.result());
                    } else {
                        failed(current, cut(head.cause()), Next.OTHER);
                    }
                });
    }

    private void answered(Attempt current, HttpClientResponse response) {
        if (response.statusCode() / 100 != 2) {
            collectError(current, response);
        } else if (turn.turn().stream()) {
            var type = response.getHeader("content-type");
            if (type != null && (type.contains("json") || type.contains("html"))) {
                collectError(current, response);
            } else {
                stream(current, response);
            }
        } else {
            new HeldAnswer(current, response).begin();
        }
    }

    private void stream(Attempt current, HttpClientResponse response) {
        var scanner = new EventScanner(upstream.eventBytesMax());
        EventScanner.Handler events = frame -> event(current, frame);
        response.exceptionHandler(cause -> {
            if (!current.over) {
                endOfStream(current, cause);
            }
        });
        response.endHandler(_ -> {
            if (!current.over) {
                scanner.end(events);
            }
            if (!current.over) {
                receiver.flush(Buffer.buffer());
                endOfStream(current, null);
            }
        });
        response.handler(chunk -> {
            if (current.over) {
                return;
            }
            try {
                scanner.feed(chunk.getBytes(), events);
            } catch (EventScanner.EventTooLarge e) {
                failed(current, new ModelFailure.Broken("the model server's answer: " + e.getMessage(), e), Next.NONE);
                return;
            }
            if (!current.over) {
                receiver.flush(chunk);
                due(
                        handedOver
                                ? upstream.timeouts().idleSeconds()
                                : upstream.timeouts().firstEventSeconds());
                throttle(current, response);
            }
        });
    }

    private void event(Attempt current, Frame frame) {
        if (current.over || current.done || !frame.hasData()) {
            return;
        }
        if (frame.dataIs(DONE)) {
            current.done = true;
            return;
        }
        var kind = current.facts.inspect(frame);
        if (kind == null) {
            var failure = Failures.inBody(frame.data());
            failed(current, failure, failure.status() == 429 || failure.status() >= 500 ? Next.OTHER : Next.NONE);
            return;
        }
        if (firstChunk == null) {
            firstChunk = since(startedAt);
        }
        handedOver = true;
        receiver.event(frame, kind);
    }

    private void endOfStream(Attempt current, @Nullable Throwable cause) {
        if (current.done || current.facts.isFinished()) {
            complete(current, current.facts.usage());
        } else {
            failed(current, cut(cause), Next.OTHER);
        }
    }

    private void throttle(Attempt current, HttpClientResponse response) {
        if (!paused && receiver.isFull()) {
            paused = true;
            response.pause();
            receiver.onDrain(() -> {
                if (paused && !current.over) {
                    paused = false;
                    due(upstream.timeouts().idleSeconds());
                    response.resume();
                }
            });
        }
    }

    /** A whole answer: held while it is small, so that a cut can be tried again; passed on with a tail kept if not. */
    private final class HeldAnswer {
        private static final int TAIL = 16 * 1024;
        private final Attempt current;
        private final HttpClientResponse response;
        private Buffer held = Buffer.buffer();

        HeldAnswer(Attempt current, HttpClientResponse response) {
            this.current = current;
            this.response = response;
        }

        void begin() {
            response.exceptionHandler(cause -> {
                if (!current.over) {
                    failed(current, cut(cause), handedOver || cutRetried ? Next.NONE : Next.OTHER);
                    cutRetried = true;
                }
            });
            response.handler(chunk -> {
                if (!current.over) {
                    held.appendBuffer(chunk);
                    due(upstream.timeouts().idleSeconds());
                    pass();
                }
            });
            response.endHandler(_ -> {
                if (!current.over) {
                    end();
                }
            });
        }

        private void pass() {
            if (held.length() <= (handedOver ? 2 * TAIL : upstream.heldBytesMax())) {
                return;
            }
            var piece = held.getBuffer(0, held.length() - TAIL);
            held = held.getBuffer(held.length() - TAIL, held.length());
            handedOver = true;
            receiver.answer(response.getHeader("content-type"), piece);
            throttle(current, response);
        }

        private void end() {
            if (handedOver) {
                receiver.answer(response.getHeader("content-type"), held);
                complete(current, Failures.usageInTail(held.getBytes()));
                return;
            }
            var scan = AnswerScan.of(held.getBytes());
            if (!scan.isWhole()) {
                failed(current, Failures.noJson(held.toString()), Next.OTHER);
            } else if (scan.isError()) {
                failed(current, Failures.inBody(held.getBytes()), Next.NONE);
            } else {
                handedOver = true;
                var shown = ModelMember.named(turn.shownModel()).in(held, scan.modelFrom(), scan.modelTo());
                receiver.answer(response.getHeader("content-type"), shown);
                complete(current, scan.usage());
            }
        }
    }

    private void collectError(Attempt current, HttpClientResponse response) {
        var body = Buffer.buffer();
        var status = response.statusCode();
        response.handler(chunk -> {
            if (body.length() < ERROR_BYTES_MAX) {
                body.appendBuffer(chunk);
            }
        });
        response.exceptionHandler(cause -> {
            if (!current.over) {
                failed(current, cut(cause), Next.OTHER);
            }
        });
        response.endHandler(_ -> {
            if (current.over) {
                return;
            }
            if (status / 100 == 2) {
                failed(current, Failures.noStream(body.getBytes()), Next.NONE);
                return;
            }
            var retryAfter = Optional.ofNullable(response.getHeader("retry-after"));
            var retry = status == 429 || (status >= 502 && status <= 504) ? Next.OTHER : Next.NONE;
            failed(current, new ModelFailure.Refused(status, body.toString(), retryAfter), retry);
        });
    }

    private void failed(Attempt current, ModelFailure failure, Next how) {
        var replica = current.lease.replica();
        current.end(
                failure instanceof ModelFailure.Refused r && r.status() < 500 && r.status() != 429
                        ? Lease.Ended.SERVED
                        : Lease.Ended.FAILED,
                true);
        attempt = null;
        lastFailure = failure;
        next = how;
        if (handedOver || how == Next.NONE || attempts >= upstream.timeouts().attemptsMax()) {
            fail(failure);
            return;
        }
        tried.add(replica);
        lease();
    }

    private void fail(ModelFailure failure) {
        finish(Failures.word(failure));
        receiver.failed(failure);
    }

    private void complete(Attempt current, Usage usage) {
        current.end(Lease.Ended.SERVED, false);
        close(null, usage, current.lease.nodepool());
        receiver.complete(usage);
    }

    private void finish(String error) {
        var current = attempt;
        var usage = Usage.NONE;
        if (ticket != null) {
            ticket.cancel();
        }
        if (current != null) {
            usage = current.facts.usage();
            current.end(Lease.Ended.UNKNOWN, true);
        }
        close(error, usage, current == null ? null : current.lease.nodepool());
    }

    private void close(@Nullable String error, Usage usage, @Nullable String nodepool) {
        ended = true;
        attempt = null;
        if (timer >= 0) {
            upstream.vertx().cancelTimer(timer);
            timer = -1;
        }
        if (admitted) {
            upstream.observer()
                    .ended(
                            turn.turn(),
                            new Outcome(error, Math.max(1, attempts), nodepool, queued, firstChunk, since(startedAt)),
                            usage);
        }
    }

    /** Moves the time by which something must have come; one timer serves all of an exchange. */
    private void due(int seconds) {
        var now = upstream.nanos().getAsLong();
        var left = Duration.between(upstream.clock().instant(), turn.deadline()).toNanos();
        dueAt = now + Math.min(seconds * 1_000_000_000L, left);
        if (timer < 0) {
            timer = upstream.vertx().setTimer(millisUntilDue(now), _ -> tick());
        }
    }

    private void tick() {
        timer = -1;
        var now = upstream.nanos().getAsLong();
        var current = attempt;
        if (ended || current == null) {
            return;
        }
        if (now < dueAt || paused) {
            timer = upstream.vertx().setTimer(paused ? 1000 : millisUntilDue(now), _ -> tick());
            return;
        }
        var message = handedOver
                ? "the model server fell silent in the middle of its answer"
                : "the model server sent nothing in time";
        failed(current, new ModelFailure.TimedOut(message), Next.NONE);
    }

    private long millisUntilDue(long now) {
        return Math.max(1, (dueAt - now) / 1_000_000 + 1);
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(upstream.nanos().getAsLong() - nanos);
    }

    private static ModelFailure unreachable(Lease lease, Throwable cause) {
        return new ModelFailure.Broken(
                "cannot connect to a model server of nodepool " + lease.nodepool() + "; is it running?", cause);
    }

    private static ModelFailure cut(@Nullable Throwable cause) {
        return new ModelFailure.Broken("the model server broke off before its answer was complete", cause);
    }
}
