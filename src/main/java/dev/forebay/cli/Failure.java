package dev.forebay.cli;

/** A verb cannot do what it was asked to; the message says why and what to do. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean usage;

    private Failure(String message, boolean usage) {
        super(message);
        this.usage = usage;
    }

    static Failure of(String message) {
        return new Failure(message, false);
    }

    /** An argument or the environment is at fault. */
    static Failure ofUsage(String message) {
        return new Failure(message, true);
    }

    public boolean isUsage() {
        return usage;
    }
}
