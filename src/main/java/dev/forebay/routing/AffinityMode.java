package dev.forebay.routing;

/** What brings requests together at a replica; a session that the client names comes before what its prompt begins with. */
public enum AffinityMode {
    /** A session, else the beginning of the prompt. */
    PREFIX,
    /** A session only. */
    SESSION,
    OFF
}
