package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import org.jspecify.annotations.Nullable;

/** A request that must not be refused. */
final class Granted implements Waiter {
    @Nullable
    Lease lease;

    @Override
    public void granted(Lease granted) {
        lease = granted;
    }

    @Override
    public void refused(ModelFailure refused) {
        throw new AssertionError(refused);
    }

    Lease lease() {
        if (lease == null) {
            throw new AssertionError("no lease");
        }
        return lease;
    }
}
