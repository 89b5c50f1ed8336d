package dev.forebay.routing;

import dev.forebay.compute.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/** A slot at a replica, held by one attempt of one turn. Releasing it twice does nothing the second time. */
public final class Lease {
    /** What the attempt showed of its replica. */
    public enum Ended {
        /** It served, or refused for a reason that lies with the request. */
        SERVED,
        /** It broke off, gave no answer in time, or said that it cannot serve. */
        FAILED,
        /** It could not be connected to, or closed the connection before it answered. */
        UNREACHABLE,
        /** It refused because it has too much to do. */
        BUSY,
        /** The client went away, or the attempt never came to the replica: says nothing about it. */
        UNKNOWN
    }

    private final DeploymentRouter router;
    private final Seat seat;
    private final Duration queued;
    private final Duration coldStart;
    private final Instant granted;
    private final AtomicBoolean released = new AtomicBoolean();

    Lease(DeploymentRouter router, Seat seat, Duration queued, Duration coldStart, Instant granted) {
        this.router = router;
        this.seat = seat;
        this.queued = queued;
        this.coldStart = coldStart;
        this.granted = granted;
    }

    public String replica() {
        return seat.replica();
    }

    public String nodepool() {
        return seat.nodepool();
    }

    public Endpoint endpoint() {
        return seat.endpoint();
    }

    /** How long the request waited for it. */
    public Duration queued() {
        return queued;
    }

    /** How long of that the replica was still starting; zero if it was ready when the request came. */
    public Duration coldStart() {
        return coldStart;
    }

    /** The answer has begun: what had failed before serves again, however long the rest of it takes. */
    public void answered() {
        if (seat.isDoubted()) {
            router.answered(seat);
        }
    }

    /** The replica asked for no more requests for so long. To be called before the lease is released. */
    public void busyFor(Duration wish) {
        router.pause(seat, wish);
    }

    public void release(Ended ended) {
        if (released.compareAndSet(false, true)) {
            router.release(seat, ended, granted);
        }
    }
}
