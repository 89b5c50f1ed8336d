package dev.forebay.access;

/** What a key may be used for. */
public enum Scope {
    /** Call models. */
    INFERENCE,
    /** Choose where a request runs, and how soon. */
    ROUTING,
    /** Read metrics from addresses other than loopback. */
    METRICS,
    /** Everything, the control API included. */
    ADMIN
}
