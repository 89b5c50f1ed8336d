package dev.forebay.upstream;

import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.RouteTaken;
import dev.forebay.chat.TurnObserver.Outcome;
import dev.forebay.chat.Usage;
import dev.forebay.routing.Lease;
import dev.forebay.routing.Router;
import dev.forebay.routing.Waiter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model turn of either lane: admitted, leased, connected, streaming, ended. It lives on its upstream's event loop;
 * {@link #start} and {@link #cancel} must be called there. A turn is tried on other replicas as long as nothing of an
 * answer has been handed over; on the same replica only if nothing was sent, or if it was lost with a kept connection.
 */
public final class Exchange extends Deadlines.Watched {
    private static final Logger log = LoggerFactory.getLogger(Exchange.class);
    private static final long SAME_REPLICA_PAUSE_MILLIS = 50;

    private final Upstream upstream;
    private final TurnRequest turn;
    private final Receiver receiver;
    private final Set<String> tried = new HashSet<>(4);
    private final long startedAt;
    private final long deadlineAt;
    private Router.@Nullable Ticket ticket;
    private @Nullable Attempt attempt;
    private @Nullable Fault lastFault;
    private @Nullable Lease lastLease;
    private int attempts;
    private long waitingSince;
    private boolean leasing;
    private boolean admitted;
    private boolean ended;
    private boolean begun;
    private boolean cutRetried;
    private int chunks;
    private @Nullable Duration firstChunk;
    private Duration queued = Duration.ZERO;
    private Duration coldStart = Duration.ZERO;
    private Usage usage = Usage.NONE;

    public Exchange(Upstream upstream, TurnRequest turn, Receiver receiver) {
        this.upstream = upstream;
        this.turn = turn;
        this.receiver = receiver;
        this.startedAt = upstream.now();
        this.deadlineAt = upstream.nanosAt(turn.deadline());
    }

    public void start() {
        if (ended) {
            return;
        }
        try {
            upstream.observer().admit(turn.turn());
        } catch (ModelFailure refused) {
            ended = true;
            receiver.failed(refused);
            return;
        } catch (RuntimeException e) {
            ended = true;
            logMistake(e, "admitting a model turn failed");
            receiver.failed(Fault.internal(e).failure());
            return;
        }
        admitted = true;
        upstream.deadlines().watch(this);
        lease();
    }

    /** The client has gone: nothing more is handed over, the replica's connection is reset. */
    public void cancel() {
        abort("client_gone");
    }

    /**
     * We have ended the answer, and not the client: the same, by another name.
     *
     * @param word why, as in {@link TurnObserver.Outcome}
     */
    public void cutOff(String word) {
        abort(word);
    }

    public boolean isEnded() {
        return ended;
    }

    /** Ends the turn from the receiver's side: nothing more is handed over, the replica's connection is reset. */
    void abort(String word) {
        if (ended) {
            return;
        }
        if (ticket != null) {
            ticket.cancel();
            ticket = null;
        }
        if (attempt != null) {
            usage = attempt.usage();
            attempt.abandon(Lease.Ended.UNKNOWN);
        }
        close(word);
    }

    @Override
    void check(long now) {
        if (now >= deadlineAt) {
            var late = Fault.silent("the answer was not complete in the time that the request may take");
            tellRoute(ticket == null ? Duration.ZERO : Duration.ofNanos(now - waitingSince));
            abort(late.word());
            receiver.failed(late.failure());
        } else if (attempt != null) {
            attempt.check(now);
        }
    }

    /** Something of the answer is about to be handed over: from here on the turn is not tried again. */
    void begins() {
        if (!begun) {
            begun = true;
            if (turn.turn().stream()) {
                firstChunk = sinceStart();
            }
        }
    }

    /** One more event of a streamed answer is handed over. */
    void passes() {
        chunks++;
    }

    void completed(Usage complete) {
        usage = complete;
        attempt = null;
        close(null);
        receiver.complete(complete);
    }

    void failed(Attempt by, Fault fault) {
        usage = by.usage();
        attempt = null;
        lastFault = fault;
        if (!mayRetry(fault)) {
            fail(fault.failure(), fault.word());
            return;
        }
        tried.add(by.lease().replica());
        log.atInfo()
                .addKeyValue("request", turn.turn().requestId())
                .addKeyValue("replica", by.lease().replica())
                .addKeyValue("reason", fault.word())
                .addKeyValue("attempt", attempts)
                .log("model turn is tried again");
        lease();
    }

    /** The receiver threw, or we did: nobody can go on with this turn, but all that hangs on it is still put in order. */
    void threw(RuntimeException cause) {
        logMistake(cause, "passing an answer on failed");
        if (!ended) {
            var fault = Fault.internal(cause);
            abort(fault.word());
            receiver.failed(fault.failure());
        }
    }

    private boolean mayRetry(Fault fault) {
        if (begun || attempts >= upstream.timeouts().attemptsMax()) {
            return false;
        }
        return switch (fault.retry()) {
            case ANYWHERE, ON_ANOTHER_CONNECTION, ELSEWHERE -> true;
            case ELSEWHERE_ONCE -> {
                var first = !cutRetried;
                cutRetried = true;
                yield first;
            }
            case NOWHERE -> false;
        };
    }

    private void lease() {
        var place = new Place();
        leasing = true;
        waitingSince = upstream.now();
        var taken = upstream.router().lease(turn.lease(tried), place);
        leasing = false;
        if (!place.answered) {
            ticket = taken;
        }
    }

    /** Answered within the call where a slot is free, else on the thread that freed one: then it hops to its own. */
    private final class Place implements Waiter {
        private boolean answered;

        @Override
        public void granted(Lease lease) {
            here(() -> connect(lease));
        }

        @Override
        public void refused(ModelFailure failure) {
            here(() -> noLease(failure));
        }

        private void here(Runnable step) {
            if (upstream.isHere() && leasing) {
                answered = true;
                step.run();
            } else {
                upstream.context().runOnContext(_ -> step.run());
            }
        }
    }

    private void connect(Lease lease) {
        ticket = null;
        if (ended) {
            lease.release(Lease.Ended.UNKNOWN);
            return;
        }
        attempts++;
        queued = queued.plus(lease.queued());
        coldStart = coldStart.plus(lease.coldStart());
        lastLease = lease;
        var next = new Attempt(this, upstream, turn, receiver, lease);
        attempt = next;
        next.begin();
    }

    private void noLease(ModelFailure failure) {
        ticket = null;
        if (ended) {
            return;
        }
        if (lastFault == null) {
            tellRoute(Duration.ofNanos(upstream.now() - waitingSince));
            fail(failure, failure.word());
        } else if (lastFault.mayRetryAtTheSame() && !tried.isEmpty()) {
            tried.clear();
            upstream.vertx().setTimer(SAME_REPLICA_PAUSE_MILLIS * attempts, _ -> {
                if (!ended) {
                    lease();
                }
            });
        } else {
            fail(lastFault.failure(), lastFault.word());
        }
    }

    /** @param waiting for a lease that has not come */
    void tellRoute(Duration waiting) {
        receiver.routed(
                lastLease == null
                        ? new RouteTaken(null, null, queued.plus(waiting), coldStart)
                        : new RouteTaken(lastLease.nodepool(), lastLease.replica(), queued.plus(waiting), coldStart));
    }

    private void fail(ModelFailure failure, String word) {
        close(word);
        receiver.failed(failure);
    }

    private void close(@Nullable String error) {
        ended = true;
        attempt = null;
        upstream.deadlines().forget(this);
        if (admitted) {
            var nodepool = lastLease == null ? null : lastLease.nodepool();
            var outcome = new Outcome(error, attempts, nodepool, queued, firstChunk, chunks, sinceStart());
            try {
                upstream.observer().ended(turn.turn(), outcome, usage);
            } catch (RuntimeException e) {
                // The books' mistake must not leave a client without an answer.
                logMistake(e, "settling a model turn failed");
            }
        }
    }

    private void logMistake(RuntimeException cause, String sentence) {
        log.atError()
                .addKeyValue("request", turn.turn().requestId())
                .setCause(cause)
                .log(sentence);
    }

    private Duration sinceStart() {
        return Duration.ofNanos(upstream.now() - startedAt);
    }
}
