package dev.forebay.chat;

/** Why a run's thread is interrupted, for those who count it: told before the interrupt. Thread-safe. */
public final class Interruption {
    private volatile String word = "client_gone";

    /** @param why a word as in {@link TurnObserver.Outcome}; a client that has gone needs none */
    public void because(String why) {
        word = why;
    }

    public String word() {
        return word;
    }
}
