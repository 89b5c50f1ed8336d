package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Members of a request with their types checked. Null counts as absent; members that no rule reads are passed over. */
record Params(ObjectNode body) {
    private static final int STOPS_MAX = 16;

    /** The name that the client calls the model by. */
    String model() {
        return text("model").orElse(DemoServer.MODEL);
    }

    Optional<String> text(String name) {
        var value = value(name);
        if (value.isPresent()
                && (!value.get().isTextual() || value.get().asText().isEmpty())) {
            throw bad(name, "need a text, got " + brief(value.get()));
        }
        return value.map(JsonNode::asText);
    }

    boolean flag(String name, boolean otherwise) {
        var value = value(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw bad(name, "need true or false, got " + brief(value.get()));
        }
        return value.map(JsonNode::asBoolean).orElse(otherwise);
    }

    Optional<Integer> integer(String name, int min, int max) {
        var value = value(name);
        if (value.isPresent()
                && (!value.get().isIntegralNumber()
                        || !value.get().canConvertToInt()
                        || value.get().asInt() < min
                        || value.get().asInt() > max)) {
            throw bad(name, "need a whole number from %d to %d, got %s".formatted(min, max, brief(value.get())));
        }
        return value.map(JsonNode::asInt);
    }

    /** Checks a number that changes nothing here: the rules have no randomness. */
    void checkNumber(String name, double min, double max) {
        var value = value(name);
        if (value.isPresent()
                && (!value.get().isNumber()
                        || value.get().asDouble() < min
                        || value.get().asDouble() > max)) {
            throw bad(name, "need a number from %s to %s, got %s".formatted(min, max, brief(value.get())));
        }
    }

    /** {@code stop}: one text or several; empty ones never stop anything. */
    List<String> stops() {
        var value = value("stop");
        if (value.isEmpty()) {
            return List.of();
        }
        var stops = new ArrayList<String>();
        if (value.get().isTextual()) {
            stops.add(value.get().asText());
        } else if (value.get().isArray() && value.get().size() <= STOPS_MAX) {
            value.get().forEach(stop -> stops.add(stop.isTextual() ? stop.asText() : ""));
        } else {
            throw bad("stop", "need a text or up to " + STOPS_MAX + " texts, got " + brief(value.get()));
        }
        stops.removeIf(String::isEmpty);
        return stops;
    }

    boolean includeUsage(boolean stream) {
        var options = value("stream_options");
        if (options.isPresent() && !stream) {
            throw bad("stream_options", "only allowed when stream is true");
        }
        if (options.isPresent() && !options.get().isObject()) {
            throw bad("stream_options", "need an object, got " + brief(options.get()));
        }
        return options.map(one -> one.path("include_usage").asBoolean()).orElse(false);
    }

    Optional<JsonNode> value(String name) {
        var value = body.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    static Refusal bad(String name, String need) {
        return Refusal.badRequest(name + ": " + need, name);
    }

    static String brief(JsonNode value) {
        return Answers.shortened(value.toString(), 100);
    }
}
