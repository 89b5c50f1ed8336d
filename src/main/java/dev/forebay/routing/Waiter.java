package dev.forebay.routing;

import dev.forebay.chat.ModelFailure;

/** Waits for a lease. One of the two is called, once, on whatever thread freed the slot: hop to your own. */
public interface Waiter {
    void granted(Lease lease);

    void refused(ModelFailure failure);
}
