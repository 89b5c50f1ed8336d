package dev.forebay.telemetry;

import io.micrometer.core.instrument.Tags;

/** The attributes that all of OpenTelemetry's GenAI metrics have. The one place that knows their names. */
record GenAi(String operation, String model, String error) {
    static final GenAi OTHER = new GenAi(Words.OTHER, Words.OTHER, Words.OTHER);

    // The conventions name by it the flavour of API that is spoken, not who serves: that is the nodepool.
    private static final String PROVIDER = "openai";

    Tags tags() {
        return Tags.of(
                "gen_ai.operation.name",
                operation,
                "gen_ai.provider.name",
                PROVIDER,
                "gen_ai.request.model",
                model,
                "gen_ai.response.model",
                model,
                "error.type",
                error);
    }
}
