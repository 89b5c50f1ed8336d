package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.config.Binding;
import dev.forebay.config.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a run may spend and tells, after the request's {@code x_forebay} has been heard. */
record RunWishes(Budgets budgets, Trace trace) {
    private static final Set<String> BUDGETS = Binding.keys(Budgets.class).keySet();

    static RunWishes read(JsonNode json, AgentSettings settings) {
        if (json.isMissingNode() || json.isNull()) {
            return new RunWishes(settings.budgets(), settings.trace());
        }
        needObject(json, "x_forebay", Set.of("budget", "trace"));
        return new RunWishes(
                lower(settings.budgets(), json.path("budget")), choose(settings.trace(), json.path("trace")));
    }

    private static Budgets lower(Budgets model, JsonNode wish) {
        if (wish.isMissingNode() || wish.isNull()) {
            return model;
        }
        needObject(wish, "x_forebay.budget", BUDGETS);
        var lower = new Lower(wish);
        return new Budgets(
                lower.of("rounds_max", model.roundsMax(), 1),
                lower.of("tool_calls_max", model.toolCallsMax(), 1),
                lower.of("tool_calls_per_tool_max", model.toolCallsPerToolMax(), 1),
                lower.of("parallel_max", model.parallelMax(), 1),
                lower.of("seconds_max", model.secondsMax(), 1),
                lower.ofLimit("tokens_max", model.tokensMax()),
                lower.of("tool_timeout_seconds", model.toolTimeoutSeconds(), 1),
                lower.of("tool_timeout_max_seconds", model.toolTimeoutMaxSeconds(), 1),
                lower.of("result_bytes_max", model.resultBytesMax(), 256),
                lower.of("image_bytes_max", model.imageBytesMax(), 0),
                lower.of("identical_calls_max", model.identicalCallsMax(), 1),
                lower.ofLimit("context_tokens_max", model.contextTokensMax()));
    }

    private static Trace choose(Trace model, JsonNode wish) {
        if (wish.isMissingNode() || wish.isNull()) {
            return model;
        }
        for (var trace : Trace.values()) {
            if (wish.isTextual() && word(trace).equals(wish.asText())) {
                // The two that tell anything tell the same; a model that tells nothing cannot be made to.
                return model == Trace.OFF ? model : trace;
            }
        }
        var words = Arrays.stream(Trace.values()).map(RunWishes::word).toList();
        throw AgentRequest.wrong(
                "x_forebay.trace: need one of " + String.join(", ", words) + ", got " + Excerpt.of(wish),
                "x_forebay.trace");
    }

    private static void needObject(JsonNode json, String param, Set<String> known) {
        if (!json.isObject()) {
            throw AgentRequest.wrong(param + ": need an object, got " + Excerpt.of(json), param);
        }
        for (var key : (Iterable<String>) json::fieldNames) {
            if (!known.contains(key)) {
                var at = param + "." + Excerpt.of(key);
                throw AgentRequest.wrong(at + ": unknown key" + Nearest.hint(Excerpt.of(key), List.copyOf(known)), at);
            }
        }
    }

    private static String word(Trace trace) {
        return trace.name().toLowerCase(Locale.ROOT);
    }

    /** Takes the smaller of what the model has and what the request wants. */
    private record Lower(JsonNode wish) {
        int of(String key, int model, int least) {
            var value = wish.path(key);
            if (value.isMissingNode() || value.isNull()) {
                return model;
            }
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least) {
                var param = "x_forebay.budget." + key;
                throw AgentRequest.wrong(
                        param + ": need a whole number from " + least + ", got " + Excerpt.of(value), param);
            }
            return (int) Math.min(model, value.asLong());
        }

        /** Where 0 is no limit. */
        int ofLimit(String key, int model) {
            var wanted = of(key, Integer.MAX_VALUE, 0);
            if (wanted == 0 || wanted == Integer.MAX_VALUE) {
                return model;
            }
            return model == 0 ? wanted : Math.min(model, wanted);
        }
    }
}
