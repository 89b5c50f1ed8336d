package dev.forebay.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What became of a tool's arguments. */
sealed interface Filled {
    /**
     * All required ones are known.
     *
     * @param calls the arguments of one call, or of several where a value was mentioned more than once
     * @param evidence how many of them stand in the message in a form that only they have
     * @param follows true if one of them was taken from the call before, which must be over first
     */
    record Arguments(List<ObjectNode> calls, double evidence, boolean follows) implements Filled {}

    /** A required one stands nowhere in the message. */
    record Missing(String parameter) implements Filled {}

    /** One of them is the result of a call that has not been made yet. */
    record Waits() implements Filled {}
}
