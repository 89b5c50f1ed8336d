package dev.forebay.telemetry;

import java.util.Set;

/** What OpenTelemetry calls the operations that the gateway has, and how many words for errors it may come to. */
final class Operations {
    static final Set<String> ALL = Set.of("chat", "text_completion", "embeddings");
    static final int ERRORS_MAX = 48;

    private Operations() {}
}
