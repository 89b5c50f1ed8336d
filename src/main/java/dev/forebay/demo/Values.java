package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.forebay.demo.Mentions.Form;
import dev.forebay.demo.Mentions.Mention;
import dev.forebay.demo.Parameter.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Values for the parameters of one tool, asked for one after the other. Not thread-safe. */
final class Values {
    private static final Pattern NEGATED = Pattern.compile("(?i)\\b(?:without|no|not|don't|do not|disable)\\b");
    private static final Pattern YES_OR_NO = Pattern.compile("(?i)(true|yes|on)|false|no|off");
    private static final Set<Kind> FROM_RESULT = Set.of(Kind.CONTENT, Kind.EXPRESSION, Kind.NUMBER);
    private static final Set<String> UNITS =
            Set.of("seconds", "minutes", "hours", "days", "weeks", "steps", "lines", "items", "times");
    private static final Set<String> FLAG_VERBS = Words.stemmed("include enable show with is");
    private static final int LEVELS_MAX = 4;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Reading reading;
    private final TimeValues times;
    private final TextValues texts;
    private final int level;

    Values(Reading reading) {
        this(reading, 0);
    }

    private Values(Reading reading, int level) {
        this.reading = reading;
        this.times = new TimeValues(reading);
        this.texts = new TextValues(reading);
        this.level = level;
    }

    /** True if the clause speaks of a result that is not there yet. */
    boolean waits() {
        return reading.earlier().result().isEmpty()
                && Earlier.isMeant(reading.clause())
                && reading.tool().parameters().stream()
                        .anyMatch(parameter -> parameter.required() && FROM_RESULT.contains(parameter.kind()));
    }

    /** None, one, or where a clause mentions several of a kind that stands alone, all of them. */
    List<JsonNode> of(Parameter parameter) {
        return switch (parameter.kind()) {
            case CHOICE -> choice(parameter);
            case ZONE -> times.zone(parameter);
            case EXPRESSION -> reading.known(3, Expressions.find(reading.clause()));
            case URL -> reading.several(parameter, Form.URL);
            case EMAIL -> reading.one(parameter, Form.EMAIL);
            case DURATION -> times.duration(parameter);
            case DATE -> times.date(parameter);
            case CLOCK -> times.clock(parameter);
            case GLOB -> texts.glob(parameter);
            case PATH -> texts.path(parameter);
            case NUMBER -> number(parameter);
            case BOOLEAN -> bool(parameter);
            case UNIT -> texts.unit(parameter);
            case PLACE -> texts.place(parameter);
            case KEY -> texts.key(parameter);
            case LIST -> list(parameter);
            case OBJECT -> parameter.required() ? object(parameter.schema()) : List.of();
            case CONTENT -> texts.content(parameter);
        };
    }

    private List<JsonNode> choice(Parameter parameter) {
        if (parameter.schema().has("const")) {
            return List.of(parameter.schema().path("const"));
        }
        var stems = Words.stems(reading.clause());
        var allowed = parameter.schema().path("enum");
        for (var value : allowed) {
            var words = Words.stems(value.asText());
            var spoken =
                    Pattern.compile("(?i)(?<![\\p{L}\\p{N}])" + Pattern.quote(value.asText()) + "(?![\\p{L}\\p{N}])");
            var said = spoken.matcher(reading.clause()).find() || (!words.isEmpty() && stems.containsAll(words));
            if (!value.asText().isBlank() && said) {
                return reading.known(1, value);
            }
        }
        return parameter.required() && allowed.size() == 1 ? List.of(allowed.get(0)) : List.of();
    }

    /** By name, beside a word of the name or its unit, or where it is required the next one left. */
    private List<JsonNode> number(Parameter parameter) {
        var pool = reading.pool();
        return Phrases.named(reading.clause(), parameter.name())
                .flatMap(Json::number)
                .or(() -> pool.takeBeside(Words.stems(parameter.name() + " " + units(parameter)))
                        .or(() -> parameter.required() ? pool.take(Form.NUMBER, parameter) : Optional.empty())
                        .flatMap(mention -> Json.number(mention.value())))
                .filter(value -> !parameter.isInteger() || value.isIntegralNumber())
                .map(value -> reading.known(0.5, value))
                .orElse(List.of());
    }

    private List<JsonNode> bool(Parameter parameter) {
        var named = Phrases.named(reading.clause(), parameter.name()).stream()
                .flatMap(text -> YES_OR_NO.matcher(text).results())
                .findFirst();
        if (named.isPresent()) {
            return List.of(JSON.booleanNode(named.get().group(1) != null));
        }
        var words = new ArrayList<>(Words.stems(parameter.name()));
        words.removeAll(FLAG_VERBS);
        var mentioned = !words.isEmpty()
                && Words.stems(reading.clause()).containsAll(words)
                && !reading.tool().nameWords().containsAll(words);
        if (mentioned) {
            return List.of(JSON.booleanNode(!NEGATED.matcher(reading.clause()).find()));
        }
        return parameter.required() && !parameter.schema().has("default")
                ? List.of(JSON.booleanNode(false))
                : List.of();
    }

    /** Lists that are not required stay away, since hardly a clause says which of its words they are. */
    private List<JsonNode> list(Parameter parameter) {
        if (!parameter.required()) {
            return List.of();
        }
        var items = parameter.schema().path("items");
        var values = JSON.arrayNode();
        switch (Parameter.type(items)) {
            case "object" -> object(items).forEach(values::add);
            case "number", "integer" ->
                reading.pool()
                        .takeAll(Form.NUMBER)
                        .forEach(mention -> Json.number(mention.value()).ifPresent(values::add));
            default -> items(parameter).forEach(values::add);
        }
        var mayBeEmpty = level > 0 && parameter.schema().path("minItems").asInt(0) == 0;
        return values.isEmpty() && !mayBeEmpty ? List.of() : List.of(values);
    }

    private List<String> items(Parameter parameter) {
        if (parameter.name().toLowerCase(Locale.ROOT).contains("path")) {
            return reading.pool().takeAll(Form.PATH).stream()
                    .map(Mention::value)
                    .toList();
        }
        var quoted =
                reading.pool().takeAll(Form.QUOTED).stream().map(Mention::value).toList();
        if (!quoted.isEmpty()) {
            return quoted;
        }
        var text = level > 0 ? Phrases.saying(reading.text()) : Phrases.content(reading.text(), reading.tool());
        return text.map(Phrases::items).orElse(List.of());
    }

    private List<JsonNode> object(JsonNode schema) {
        if (level >= LEVELS_MAX) {
            return List.of();
        }
        var inner = reading.inside(schema);
        var values = new Values(inner, level + 1);
        var object = JSON.objectNode();
        for (var parameter : inner.tool().parameters()) {
            var found = values.of(parameter);
            if (found.isEmpty() && parameter.required()) {
                return List.of();
            }
            found.stream().findFirst().ifPresent(value -> object.set(parameter.name(), value));
        }
        return object.isEmpty() ? List.of() : List.of(object);
    }

    /** Words of measure in a description: "Duration of the operation in seconds". */
    private static String units(Parameter parameter) {
        var words = new ArrayList<>(Words.all(parameter.description()));
        words.retainAll(UNITS);
        return parameter.required() ? "" : String.join(" ", words);
    }
}
