package dev.forebay.upstream;

import dev.forebay.chat.Usage;
import dev.forebay.compute.Nodepool;
import dev.forebay.routing.Lease;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.HttpClientConnection;
import org.jspecify.annotations.Nullable;

/**
 * One try of a turn at one replica, from the connection to the end of the answer. It is over once, by one of
 * {@link #complete}, {@link #fail} and {@link #abandon}; its lease is released then, and what still arrives is ignored.
 */
final class Attempt {
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence EVENTS = HttpHeaders.createOptimized("text/event-stream");

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
        var endpoint = lease.endpoint();
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setSsl(endpoint.tls())
                .setURI(endpoint.basePath() + turn.path());
        upstream.client().request(options).onComplete(connected -> {
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
        var pool = upstream.nodepools().get(lease.nodepool());
        if (pool == null) {
            throw new IllegalStateException("the router leased from an unknown nodepool: " + lease.nodepool());
        }
        var body = turn.body().forReplica(pool.model().orElse(turn.turn().model()), pool.streamUsage());
        putHeaders(connected, pool);
        reused = hasServed(connected.connection());
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

    private static boolean hasServed(HttpConnection connection) {
        return connection instanceof HttpClientConnection known && known.lastResponseReceivedTimestamp() > 0;
    }

    private void putHeaders(HttpClientRequest to, Nodepool pool) {
        var headers = to.headers()
                .addAll(turn.headers())
                .set(HttpHeaders.CONTENT_TYPE, JSON)
                .set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY)
                .set(HttpHeaders.ACCEPT, turn.turn().stream() ? EVENTS : JSON);
        if (upstream.freshOnly().contains(lease.endpoint(), upstream.now())) {
            headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        pool.apiKey().ifPresent(key -> headers.set(HttpHeaders.AUTHORIZATION, "Bearer " + key.reveal()));
    }

    private void receive(HttpClientResponse response) {
        if (response.statusCode() < 200) {
            // The connection has another answer under way, which must not be taken for that to the next request.
            response.exceptionHandler(_ -> {}); // it is told below what was wrong
            cutOff(response.request());
            fail(Fault.noAnswer(response.statusCode()));
            return;
        }
        var reader = reader(response);
        head = response;
        answer = reader;
        response.exceptionHandler(cause -> {
            broken = true;
            brokenBy = cause;
            guarded(this::breakUnlessPaused);
        });
        response.endHandler(_ -> {
            bodyEnded = true;
            guarded(reader::ended);
            if (!written) {
                // It answered before it had read the request: the rest of that would come before the next one.
                cutOff(response.request());
            }
        });
        response.handler(this::chunk);
    }

    private Answer reader(HttpClientResponse response) {
        var type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        if (response.statusCode() / 100 != 2) {
            return new Refusal(this, response);
        }
        if (!turn.turn().stream()) {
            return new WholeAnswer(this, receiver, turn, upstream.timeouts(), type, upstream.heldBytesMax());
        }
        return type != null && (type.contains("json") || type.contains("html"))
                ? new Refusal(this, response)
                : new StreamedAnswer(this, receiver, upstream.timeouts(), upstream.eventBytesMax());
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
            // What had arrived before the connection broke comes first.
            upstream.context().runOnContext(_ -> guarded(this::breakUnlessPaused));
        }
    }

    private void breakUnlessPaused() {
        if (!over && !paused && answer != null) {
            answer.broken(brokenBy);
        }
    }

    private void resetUnlessEnded() {
        // After its end a connection belongs to the pool, and perhaps to another turn.
        if (!bodyEnded && request != null) {
            request.reset();
            if (!written) {
                cutOff(request);
            }
        }
    }

    /** An orderly close waits until all is written, which a replica that does not read puts off for ever. */
    private static void cutOff(HttpClientRequest request) {
        var connection = request.connection();
        connection.close();
        if (connection instanceof HttpClientConnection channel) {
            var _ = channel.channelHandlerContext().close();
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
