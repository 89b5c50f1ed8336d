package dev.forebay.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What to do next.
 *
 * @param calls to be made now, all at once; empty if it is time to answer
 * @param unmet clauses for which no tool was found
 * @param thoughts how it was decided, one sentence each
 */
record Plan(List<Call> calls, List<String> unmet, List<String> thoughts) {
    /** A call of a tool that was offered. */
    record Call(String name, ObjectNode arguments) {}

    Plan {
        calls = List.copyOf(calls);
        unmet = List.copyOf(unmet);
        thoughts = List.copyOf(thoughts);
    }
}
