package dev.forebay.process;

/** The program to start is not there. */
public final class CommandMissing extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandMissing(String message) {
        super(message);
    }
}
