package dev.forebay.routing;

/** What a change of the configuration removed and what goes on for the requests that began before it. */
@FunctionalInterface
public interface Leaving {
    /** No request of before is left, or none is waited for any more. Once; any thread. */
    void end();
}
