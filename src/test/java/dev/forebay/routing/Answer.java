package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;
import org.jspecify.annotations.Nullable;

/** What one request was answered: nothing yet, a lease, or a refusal. */
final class Answer implements Waiter {
    @Nullable
    Lease lease;

    @Nullable
    ModelFailure failure;

    @Override
    public void granted(Lease granted) {
        lease = granted;
    }

    @Override
    public void refused(ModelFailure refused) {
        failure = refused;
    }
}
