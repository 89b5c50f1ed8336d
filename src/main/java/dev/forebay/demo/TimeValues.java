package dev.forebay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.forebay.demo.Mentions.Form;
import dev.forebay.demo.Mentions.Mention;
import dev.forebay.demo.Parameter.Kind;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Dates, times of day, lengths of time and zones. */
final class TimeValues {
    private static final Pattern BACKWARDS = Pattern.compile("(?i)\\b(?:before|ago|earlier|subtract|minus)\\b");
    private static final Pattern SINCE = Pattern.compile("(?i)\\bsince\\b");
    private static final Pattern UNTIL = Pattern.compile("(?i)\\b(?:until|till|left|away|to go)\\b");

    private final Reading reading;

    TimeValues(Reading reading) {
        this.reading = reading;
    }

    /** A place that is no zone we know goes to tools that know cities; UTC where none is named but one is needed. */
    List<JsonNode> zone(Parameter parameter) {
        var found = reading.several(parameter, Form.ZONE);
        if (!found.isEmpty() || reading.count(Kind.ZONE) > 1) {
            return found;
        }
        var places = Phrases.places(reading.clause());
        if (!places.isEmpty()) {
            var takesCities = parameter.description().toLowerCase(Locale.ROOT).contains("city");
            return takesCities ? reading.known(0.5, places) : List.of();
        }
        return parameter.required() ? List.of(JsonNodeFactory.instance.textNode("UTC")) : List.of();
    }

    List<JsonNode> duration(Parameter parameter) {
        var sign = BACKWARDS.matcher(reading.clause()).find() ? "-" : "";
        return reading.known(1, reading.pool().take(Form.DURATION, parameter).map(mention -> sign + mention.value()));
    }

    /** Of two dates one may be today: "days until 2026-12-25", "days since 2026-01-01". */
    List<JsonNode> date(Parameter parameter) {
        var alone = parameter.required()
                && reading.count(Kind.DATE) == 2
                && reading.pool().left(Form.DATE).size() < 2;
        var now = JsonNodeFactory.instance.textNode(reading.today().toString());
        if (alone
                && reading.isFirst(parameter)
                && UNTIL.matcher(reading.clause()).find()) {
            return List.of(now);
        }
        if (alone
                && !reading.isFirst(parameter)
                && SINCE.matcher(reading.clause()).find()) {
            return List.of(now);
        }
        return reading.known(
                1,
                reading.pool()
                        .take(Form.DATE, parameter)
                        .or(() -> reading.pool().take(Form.CLOCK, parameter))
                        .map(mention -> withClock(parameter, mention.value())));
    }

    List<JsonNode> clock(Parameter parameter) {
        return reading.known(
                1,
                reading.pool()
                        .take(Form.CLOCK, parameter)
                        .or(() -> reading.pool().take(Form.DATE, parameter))
                        .map(Mention::value));
    }

    /** "tomorrow at 14:30" is one moment for a parameter that takes times too. */
    private String withClock(Parameter parameter, String date) {
        var exact = parameter.schema().path("format").asText().equals("date-time");
        if (date.length() != 10 || !(exact || parameter.description().contains(":"))) {
            return date;
        }
        var clock = reading.pool().take(Form.CLOCK, parameter).map(Mention::value);
        return clock.isEmpty() && !exact ? date : date + "T" + clock.orElse("00:00") + (exact ? ":00Z" : "");
    }
}
