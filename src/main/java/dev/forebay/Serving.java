package dev.forebay;

import dev.forebay.openai.ServedModel;
import dev.forebay.openai.StreamSettings;
import dev.forebay.routing.ModelNames;
import dev.forebay.upstream.RelaySettings;
import dev.forebay.upstream.Timeouts;
import dev.forebay.upstream.Upstream;
import java.util.Map;
import java.util.function.Function;

/**
 * What the fronts serve by one configuration. A request keeps what it began with to its end.
 *
 * @param models the served models for an event loop's upstream
 */
record Serving(
        ModelNames names,
        Timeouts timeouts,
        RelaySettings relay,
        StreamSettings stream,
        Function<Upstream, Map<String, ServedModel>> models) {}
