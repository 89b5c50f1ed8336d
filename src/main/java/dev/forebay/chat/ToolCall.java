package dev.forebay.chat;

/**
 * A function call that a model asked for.
 *
 * @param id the upstream's id, opaque: engines do not agree on its form
 * @param arguments the text that the model wrote, not yet known to be JSON
 */
public record ToolCall(String id, String name, String arguments) {}
