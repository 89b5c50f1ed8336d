package dev.forebay.simulation;

/**
 * A request that is to come, with all that chance decides about it: the same whatever becomes of the others.
 *
 * @param number from 1
 * @param atNanos since the beginning
 * @param service how long it is served, as a multiple of the nodepool's mean
 * @param leavesAfterNanos its client goes away so long after it came; below 0 if never
 * @param deadlineNanos after it came
 */
record Arrival(
        long number,
        long atNanos,
        double service,
        long leavesAfterNanos,
        long deadlineNanos,
        String tenant,
        int priority,
        int tokens) {}
