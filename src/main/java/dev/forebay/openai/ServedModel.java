package dev.forebay.openai;

import dev.forebay.chat.Model;
import dev.forebay.routing.AffinityMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model that can be called.
 *
 * @param created when it came into the configuration, in seconds since 1970
 * @param deployment what its deployment goes by beside the model's id
 * @param affinity what brings its requests together at a replica
 * @param agent what runs its chat completions on a thread of its own; null for a model that is only relayed
 */
public record ServedModel(
        String id,
        long created,
        Optional<String> deployment,
        AffinityMode affinity,
        @Nullable Model agent) {}
