package dev.forebay.upstream;

import dev.forebay.routing.Lease;
import io.vertx.core.http.HttpClientRequest;
import org.jspecify.annotations.Nullable;

/** One try of a turn at one replica. Its lease is released once, whatever happens. */
final class Attempt {
    final Lease lease;
    final StreamFacts facts = new StreamFacts();
    boolean sent;
    boolean over;
    boolean done;

    @Nullable
    HttpClientRequest request;

    Attempt(Lease lease) {
        this.lease = lease;
    }

    /** Ends the attempt; what still arrives of it is ignored. */
    void end(Lease.Ended ended, boolean reset) {
        over = true;
        if (reset && request != null) {
            request.reset();
        }
        lease.release(ended);
    }
}
