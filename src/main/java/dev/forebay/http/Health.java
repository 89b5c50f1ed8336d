package dev.forebay.http;

import java.util.concurrent.atomic.AtomicReference;

/** Whether the gateway accepts requests: not yet, yes, or not any more. Thread-safe. */
public final class Health {
    public enum State {
        STARTING,
        READY,
        STOPPING
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);

    public void ready() {
        state.compareAndSet(State.STARTING, State.READY);
    }

    public void stopping() {
        state.set(State.STOPPING);
    }

    public State state() {
        return state.get();
    }
}
