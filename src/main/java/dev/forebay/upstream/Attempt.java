package dev.forebay.upstream;

import dev.forebay.chat.Usage;
import dev.forebay.routing.Lease;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One try of a turn at one replica, from the connection to the end of the answer. It is over once, by one of
 * {@link #complete}, {@link #fail} and {@link #abandon}; its lease is released then, and what still arrives is ignored.
 */
final class Attempt {
    /** How long a replica may take to close the body of an answer that was complete before. */
    private static final long LINGER_MILLIS = 1000;

    private final Exchange exchange;
    private final Upstream upstream;
    private final TurnRequest turn;
    private final Receiver receiver;
    private final Lease lease;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse head;
    private @Nullable Answer answer;
    private boolean over;
    private boolean reused;
    private boolean written;
    private boolean bodyEnded;
    private boolean paused;
    private boolean broken;
    private @Nullable Throwable brokenBy;
    private long dueAt;

    Attempt(Exchange exchange, Upstream upstream, TurnRequest turn, Receiver receiver, Lease lease) {
        this.exchange = exchange;
        this.upstream = upstream;
        this.turn = turn;
        this.receiver = receiver;
        this.lease = lease;
    }

    void begin() {
        due(upstream.timeouts().firstEventSeconds());
        guarded(this::connect);
    }

    Lease lease() {
        return lease;
    }

    Usage usage() {
        return answer == null ? Usage.NONE : answer.usage();
    }

    boolean isOver() {
        return over;
    }

    /** Something of the answer is about to be handed over. */
    void begins() {
        lease.answered();
        if (head != null) {
            receiver.head(head.headers());
        }
        exchange.begins();
    }

    /** Moves the time by which something must have come. */
    void due(int seconds) {
        dueAt = upstream.now() + seconds * 1_000_000_000L;
    }

    /** Silence counts only while the client keeps up. */
    void check(long now) {
        if (now < dueAt || paused || over) {
            return;
        }
        if (answer == null) {
            fail(Fault.silent("the model server sent nothing in time"));
        } else {
            guarded(answer::late);
        }
    }

    void complete(Usage usage) {
        if (over) {
            return;
        }
        over = true;
        lease.release(Lease.Ended.SERVED);
        if (!bodyEnded) {
            upstream.vertx().setTimer(LINGER_MILLIS, _ -> resetUnlessEnded());
        }
        exchange.completed(usage);
    }

    void fail(Fault fault) {
        if (!over) {
            // Before its slot is free, else the next in the queue would be sent there at once.
            fault.pause().ifPresent(lease::busyFor);
            abandon(fault.verdict());
            exchange.failed(this, fault);
        }
    }

    /** Ends the attempt from outside: the connection is reset. */
    void abandon(Lease.Ended verdict) {
        if (over) {
            return;
        }
        over = true;
        if (paused && head != null) {
            // The end of the body may lie in the paused queue while the connection serves another request already: what
            // is there must be drained before it is known whether there is anything to reset.
            head.resume();
            upstream.context().runOnContext(_ -> resetUnlessEnded());
        } else {
            resetUnlessEnded();
        }
        lease.release(verdict);
    }

    private void connect() {
        exchange.tellRoute(Duration.ZERO);
        upstream.client().request(ReplicaRequest.to(lease.endpoint(), turn)).onComplete(connected -> {
            if (connected.failed()) {
                fail(noConnection(connected.cause()));
                return;
            }
            request = connected.result().exceptionHandler(_ -> {}); // the response tells what breaks
            if (over) {
                resetUnlessEnded();
            } else {
                guarded(() -> send(connected.result()));
            }
        });
    }

    private Fault noConnection(Throwable cause) {
        return cause instanceof ConnectionPoolTooBusyException
                ? Fault.noConnection(upstream.timeouts().connectionsMax())
                : Fault.unreachable(lease.nodepool(), cause);
    }

    private void send(HttpClientRequest connected) {
        var endpoint = lease.endpoint();
        var body = turn.body().forReplica(endpoint.model().orElse(turn.turn().model()), endpoint.streamUsage());
        ReplicaRequest.putHeaders(
                connected, turn, endpoint, upstream.freshOnly().contains(lease.endpoint(), upstream.now()));
        reused = ReplicaRequest.isReused(connected);
        connected.response().onComplete(answered -> {
            if (over) {
                return;
            }
            if (answered.succeeded()) {
                guarded(() -> receive(answered.result()));
            } else if (reused) {
                upstream.freshOnly().add(lease.endpoint(), upstream.now());
                fail(Fault.lost(answered.cause()));
            } else {
                fail(Fault.cut(answered.cause()));
            }
        });
        connected.end(body).onSuccess(_ -> written = true);
    }

    private void receive(HttpClientResponse response) {
        if (ReplicaRequest.hasNoBody(response.statusCode())) {
            response.exceptionHandler(_ -> {}); // it is told below what was wrong
            ReplicaRequest.cutOff(response.request());
            fail(Fault.noAnswer(response.statusCode()));
            return;
        }
        var reader = reader(response);
        head = response;
        answer = reader;
        response.exceptionHandler(cause -> {
            broken = true;
            brokenBy = cause;
            breakAfterWhatArrived();
        });
        response.endHandler(_ -> {
            bodyEnded = true;
            guarded(reader::ended);
            if (!written) {
                // It answered before it had read the request: the rest of that would come before the next one.
                ReplicaRequest.cutOff(response.request());
            }
        });
        response.handler(this::chunk);
    }

    private Answer reader(HttpClientResponse response) {
        var type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        if (response.statusCode() / 100 != 2) {
            return new Refusal(this, response, upstream.clock());
        }
        if (!turn.turn().stream()) {
            return new WholeAnswer(this, receiver, turn, upstream.timeouts(), type, upstream.heldBytesMax());
        }
        return type != null && (type.contains("json") || type.contains("html"))
                ? new Refusal(this, response, upstream.clock())
                : new StreamedAnswer(
                        this,
                        exchange::passes,
                        receiver,
                        turn.choices(),
                        upstream.timeouts(),
                        upstream.eventBytesMax());
    }

    /** The hot path: no lambda, no copy, no timer. */
    private void chunk(Buffer chunk) {
        if (over || answer == null) {
            return;
        }
        try {
            answer.chunk(chunk);
            if (!over && !paused && receiver.isFull()) {
                pause();
            }
        } catch (RuntimeException e) {
            exchange.threw(e);
        }
    }

    private void pause() {
        if (head != null) {
            paused = true;
            head.pause();
            receiver.onDrain(this::drained);
        }
    }

    private void drained() {
        if (!paused || over || head == null) {
            return;
        }
        paused = false;
        due(upstream.timeouts().idleSeconds());
        head.resume();
        if (broken) {
            breakAfterWhatArrived();
        }
    }

    /**
     * What had arrived before the connection broke comes first, its end too. It may wait behind a resume that is only
     * scheduled, so this takes its turn behind that one.
     */
    private void breakAfterWhatArrived() {
        upstream.context()
                .runOnContext(_ -> guarded(() -> {
                    if (!paused && answer != null) {
                        answer.broken(brokenBy);
                    }
                }));
    }

    private void resetUnlessEnded() {
        // After its end a connection belongs to the pool, and perhaps to another turn.
        if (!bodyEnded && request != null) {
            request.reset();
            if (!written) {
                ReplicaRequest.cutOff(request);
            }
        }
    }

    private void guarded(Runnable step) {
        if (over) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException e) {
            exchange.threw(e);
        }
    }
}
