package dev.forebay.simulation;

/** The rules did what they never may; the message says which of the invariants of docs/reference/routing.md it was. */
public final class BrokenInvariant extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    BrokenInvariant(String message) {
        super(message);
    }
}
