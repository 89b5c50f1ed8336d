package dev.forebay.openai;

import dev.forebay.chat.Model;
import org.jspecify.annotations.Nullable;

/**
 * A model that can be called.
 *
 * @param created when it came into the configuration, in seconds since 1970
 * @param agent what runs its chat completions on a thread of its own; null for a model that is only relayed
 */
public record ServedModel(String id, long created, @Nullable Model agent) {}
