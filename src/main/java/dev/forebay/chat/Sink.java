package dev.forebay.chat;

/**
 * Receives the events of one run, in order, on the run's own thread. A sink may block for back-pressure; it throws
 * {@link InterruptedException} when the run has been cancelled.
 */
@FunctionalInterface
public interface Sink {
    Sink IGNORE = _ -> {};

    void emit(Event event) throws InterruptedException;

    /** Called when everything that has arrived so far has been emitted: a good moment to write it out once. */
    default void flush() throws InterruptedException {}
}
