package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.forebay.demo.Mentions.Form;
import dev.forebay.demo.Parameter.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Names, free text, places, paths, patterns of names and units. */
final class TextValues {
    private static final Pattern OF_TYPE = Pattern.compile(
            "(?i)\\btype\\s+[\"'`]?([\\p{L}\\p{N}_-]+)|\\b(?:an?|the)\\s+(?!entity|new)(\\p{L}+)\\s+(?:called|named)\\b");
    /** What is written stands apart, so the rest of the clause is about where to. */
    private static final Pattern MARKED = Pattern.compile(":\\s|[\"“`]");

    private static final Set<String> QUERIES =
            Set.of("query", "q", "search", "topic", "question", "keyword", "keywords", "term");
    private static final Set<String> SOUGHT =
            Set.of("text", "query", "q", "contains", "search", "filter", "term", "keyword");
    private static final Set<String> LISTERS = Set.of("list", "directory", "tree", "search", "find");
    private static final int RESULT_CHARACTERS_MAX = 2_000;

    private final Reading reading;

    TextValues(Reading reading) {
        this.reading = reading;
    }

    /** Where nothing has the form of a path: a name; "." for a tool that lists what is there and is told none. */
    List<JsonNode> path(Parameter parameter) {
        var reads = reading.tool().changingVerbs().isEmpty();
        var found = reads ? reading.several(parameter, Form.PATH) : reading.one(parameter, Form.PATH);
        if (!found.isEmpty()) {
            return found;
        }
        if (!parameter.required()) {
            return reading.known(0.5, Phrases.folder(reading.clause()).filter(_ -> reads));
        }
        var lists = reads && reading.tool().nameWords().stream().anyMatch(LISTERS::contains);
        return reading.known(
                0,
                reading.quoted(parameter)
                        .or(() -> Phrases.key(reading.clause(), reading.tool()).filter(key -> !key.contains(" ")))
                        .or(() -> lists ? Optional.of(".") : Optional.empty()));
    }

    List<JsonNode> glob(Parameter parameter) {
        var found = reading.one(parameter, Form.GLOB);
        return found.isEmpty() && parameter.required()
                ? reading.known(0, reading.quoted(parameter).or(() -> Phrases.about(reading.text())))
                : found;
    }

    List<JsonNode> unit(Parameter parameter) {
        return reading.known(
                1, Phrases.units(reading.clause()).map(units -> Pool.isTarget(parameter) ? units.to() : units.from()));
    }

    List<JsonNode> place(Parameter parameter) {
        var places = Phrases.places(reading.clause());
        if (places.isEmpty()) {
            var named = Phrases.named(reading.clause(), parameter.name());
            return reading.known(
                    0.5,
                    parameter.required()
                            ? reading.quoted(parameter).or(() -> named).or(this::cityAlone)
                            : named);
        }
        if (reading.count(Kind.PLACE) <= 1) {
            return reading.known(1, places);
        }
        var index = reading.isFirst(parameter) ? 0 : 1;
        return index < places.size() ? reading.known(1, List.of(places.get(index))) : List.of();
    }

    /** Where a text is written under a key, a key that is not said is made from the text. */
    List<JsonNode> key(Parameter parameter) {
        var clause = reading.clause();
        var tool = reading.tool();
        var named = Phrases.named(clause, parameter.name());
        if (named.isEmpty() && !parameter.required()) {
            return List.of();
        }
        var writes = tool.parameters().stream()
                .anyMatch(other -> other.required() && (other.kind() == Kind.CONTENT || other.kind() == Kind.LIST));
        var mayQuote = !writes || reading.pool().left(Form.QUOTED).size() > 1;
        var explicit = named.or(() -> Phrases.called(clause))
                .or(() -> mayQuote ? reading.quoted(parameter) : Optional.empty());
        if (explicit.isPresent()) {
            return reading.known(0.5, explicit);
        }
        return reading.known(
                0,
                (!writes || MARKED.matcher(clause).find() ? Phrases.key(clause, tool) : Optional.<String>empty())
                        .or(() -> writes
                                ? Phrases.content(reading.text(), tool).flatMap(Phrases::keyFor)
                                : Optional.empty()));
    }

    List<JsonNode> content(Parameter parameter) {
        var clause = reading.clause();
        var named = Phrases.named(clause, parameter.name());
        if (named.isPresent()) {
            return reading.known(0.5, named);
        }
        var words = Words.all(parameter.name());
        if (!parameter.required()) {
            var seeks = reading.tool().changingVerbs().isEmpty()
                    && SOUGHT.contains(parameter.name().toLowerCase(Locale.ROOT));
            return seeks
                    ? reading.known(0, reading.quoted(parameter).or(() -> Phrases.about(reading.text())))
                    : List.of();
        }
        if (words.contains("type")) {
            return reading.known(
                    0, OF_TYPE.matcher(clause).results().findFirst().map(TextValues::either));
        }
        if (reading.earlier().result().isPresent() && Earlier.isMeant(clause)) {
            var result = reading.earlier().result().get();
            return reading.known(0, List.of(Answers.shortened(result, RESULT_CHARACTERS_MAX)));
        }
        var asks = words.stream().anyMatch(QUERIES::contains);
        return reading.known(
                0,
                reading.quoted(parameter)
                        .or(() -> asks
                                ? Phrases.query(reading.text(), reading.tool())
                                : Phrases.content(reading.text(), reading.tool())));
    }

    private Optional<String> cityAlone() {
        return Zones.find(reading.clause()).stream()
                .findFirst()
                .map(zone -> reading.clause().substring(zone.from(), zone.to()));
    }

    private static String either(MatchResult match) {
        return match.group(1) == null ? match.group(2) : match.group(1);
    }
}
