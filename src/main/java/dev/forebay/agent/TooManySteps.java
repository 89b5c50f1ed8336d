package dev.forebay.agent;

/** Thrown out of a check of arguments that takes too long: the schema is a server's, which need not be trusted. */
final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
