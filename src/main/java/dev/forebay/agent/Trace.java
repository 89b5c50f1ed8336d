package dev.forebay.agent;

/** How much an answer tells of the rounds and tools behind it. */
public enum Trace {
    /** Nothing. */
    OFF,
    /** The member {@code x_forebay} at the end of the answer: rounds, tool calls, times, usage per round. */
    METADATA,
    /** The same, and tool activity as lines of reasoning text while it happens. */
    REASONING
}
