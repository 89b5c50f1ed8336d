package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.demo.Parameter.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Fills the arguments of one tool from one clause. Each value that a clause mentions is used once. */
final class Filler {
    /** Kinds of which several mentions mean several calls: the weather in Paris and Berlin. */
    private static final Set<Kind> SEVERAL = Set.of(Kind.ZONE, Kind.PLACE, Kind.EXPRESSION, Kind.URL, Kind.PATH);

    private static final int CALLS_MAX = 8;

    private final Reading reading;
    private final Values values;
    private boolean follows;

    private Filler(Reading reading) {
        this.reading = reading;
        this.values = new Values(reading);
    }

    static Filled fill(Tool tool, Said said) {
        return new Filler(new Reading(tool, said)).fill();
    }

    private Filled fill() {
        if (values.waits()) {
            return new Filled.Waits();
        }
        var arguments = JsonNodeFactory.instance.objectNode();
        Optional<Parameter> repeated = Optional.empty();
        List<JsonNode> repeats = List.of();
        var sorted = new ArrayList<>(reading.tool().parameters());
        sorted.sort(Comparator.comparing(Parameter::kind));
        for (var parameter : sorted) {
            var found = values.of(parameter).stream()
                    .filter(value -> !value.isValueNode() || Fits.fits(parameter.schema(), value))
                    .toList();
            if (found.isEmpty() && parameter.required()) {
                found = otherwise(parameter);
                if (found.isEmpty()) {
                    return new Filled.Missing(parameter.name());
                }
            }
            if (!found.isEmpty()) {
                arguments.set(parameter.name(), found.getFirst());
                if (found.size() > 1 && SEVERAL.contains(parameter.kind())) {
                    repeated = Optional.of(parameter);
                    repeats = found;
                }
            }
        }
        return new Filled.Arguments(
                repeated.map(Parameter::name).isEmpty()
                        ? List.of(inOrder(arguments))
                        : repeat(arguments, repeated.orElseThrow().name(), repeats),
                reading.evidence(),
                follows);
    }

    /** The schema's default, or what the call before was about. */
    private List<JsonNode> otherwise(Parameter parameter) {
        if (parameter.schema().has("default")) {
            return List.of(parameter.schema().path("default"));
        }
        var before = reading.earlier().arguments().path(parameter.name());
        follows = before.isValueNode() && Earlier.isThingMeant(reading.clause());
        return follows ? List.of(before) : List.of();
    }

    private List<ObjectNode> repeat(ObjectNode arguments, String name, List<JsonNode> several) {
        return several.stream()
                .limit(CALLS_MAX)
                .map(value -> inOrder(arguments.deepCopy().<ObjectNode>set(name, value)))
                .toList();
    }

    /** The parameters in the order in which the schema declares them. */
    private ObjectNode inOrder(ObjectNode arguments) {
        var ordered = JsonNodeFactory.instance.objectNode();
        for (var parameter : reading.tool().parameters()) {
            if (arguments.has(parameter.name())) {
                ordered.set(parameter.name(), arguments.path(parameter.name()));
            }
        }
        return ordered;
    }
}
