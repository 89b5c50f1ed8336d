package dev.forebay.process;

/** The program to start is not there. */
public final class CommandMissing extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    CommandMissing(String message, String path) {
        super(message);
        this.path = path;
    }

    /** Where it was looked for, as {@code PATH} has it. */
    public String path() {
        return path;
    }
}
