package dev.forebay.bundled;

import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.stream.Stream;

/** What time it is, and what time it is elsewhere. */
final class ClockTools {
    private final InstantSource clock;
    private final Zones zones;

    ClockTools(InstantSource clock, Zones zones) {
        this.clock = clock;
        this.zones = zones;
    }

    List<Tool> tools() {
        return List.of(currentTime(), convertTime());
    }

    private Tool currentTime() {
        var gives = Stream.concat(
                        Stated.FIELDS.stream(),
                        Stream.of(
                                Field.text("utc", "The same time in UTC, ISO 8601."),
                                Field.whole("unix_seconds", "Seconds since 1970-01-01 UTC."),
                                Field.whole("iso_week", "Week of the year, ISO 8601.")))
                .toList();
        return new Tool(
                "current_time",
                "Current date and time",
                "Tells the current date, time of day and weekday, in a time zone or city if one is given. Use it whenever"
                        + " an answer depends on what day or time it is now.",
                Effect.READS,
                List.of(zones.argument("zone", "Where").optional()),
                gives,
                arguments -> {
                    var now = clock.instant().atZone(zones.zoneOrLocal(arguments.optionalText("zone")));
                    var utc = now.withZoneSameInstant(ZoneOffset.UTC);
                    var facts = Stated.facts(now)
                            .put("utc", Stated.ISO.format(utc).replace("+00:00", "Z"))
                            .put("unix_seconds", now.toEpochSecond())
                            .put("iso_week", now.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
                    return new Answer(
                            "It is now %s (%s UTC).".formatted(Stated.words(now), Stated.PLAIN.format(utc)), facts);
                });
    }

    private Tool convertTime() {
        return new Tool(
                "convert_time",
                "Convert a time between zones",
                "Converts a date and time from one time zone or city to another, daylight saving time included.",
                Effect.READS,
                List.of(
                        Field.text("time", "The time to convert. " + Moment.FORMS),
                        zones.argument("from_zone", "Zone of the time, unless the time has an offset itself")
                                .optional(),
                        zones.argument("to_zone", "Zone to convert to").optional()),
                List.of(
                        Field.text("from_zone", "Zone of the time given."),
                        Field.text("from_time", "The time given, ISO 8601 with offset."),
                        Field.text("to_zone", "Zone of the result."),
                        Field.text("to_time", "The result, ISO 8601 with offset."),
                        Field.text("to_weekday", "Its day of the week."),
                        Field.text("difference", "Offset of the second zone from the first."),
                        Field.text("note", "What to know about the time given: whether it happens twice.")
                                .optional()),
                this::convert);
    }

    private Answer convert(Arguments arguments) throws ToolError {
        var zone = zones.zoneOrLocal(arguments.optionalText("from_zone"));
        var text = arguments.text("time");
        var found = switch (Moment.read("time", text, clock.instant().atZone(zone))) {
            case Moment.Day day ->
                throw new ToolError("\"time\": \"%s\" is a date without a time of day; add one as in \"%s 14:30\"."
                        .formatted(text, day.date()));
            case Moment.Wall wall -> Moment.in(zone, wall.time());
            case Moment.Fixed fixed -> new Moment.Found(fixed(arguments, fixed.time(), zone), "");
        };
        var from = found.time();
        var to = from.withZoneSameInstant(zones.zoneOrLocal(arguments.optionalText("to_zone")));
        Stated.checkYear(to.toLocalDate());
        var seconds = to.getOffset().getTotalSeconds() - from.getOffset().getTotalSeconds();
        var facts = Answer.facts()
                .put("from_zone", from.getZone().getId())
                .put("from_time", Stated.ISO.format(from))
                .put("to_zone", to.getZone().getId())
                .put("to_time", Stated.ISO.format(to))
                .put("to_weekday", Stated.weekday(to.getDayOfWeek()))
                .put("difference", difference(seconds));
        if (!found.note().isEmpty()) {
            facts.put("note", found.note());
        }
        return new Answer(
                "%s is %s (%s). %s"
                        .formatted(Stated.words(from), Stated.words(to), difference(seconds), found.note())
                        .strip(),
                facts);
    }

    private ZonedDateTime fixed(Arguments arguments, ZonedDateTime time, ZoneId zone) throws ToolError {
        if (arguments.optionalText("from_zone").isPresent()
                && !zone.getRules().getOffset(time.toInstant()).equals(time.getOffset())) {
            throw new ToolError(
                    "\"time\" has the offset %s, but from_zone %s has %s at that time; leave one of them out."
                            .formatted(
                                    Moment.offset(time.getOffset()),
                                    zone,
                                    Moment.offset(zone.getRules().getOffset(time.toInstant()))));
        }
        return time;
    }

    private static String difference(int seconds) {
        return "%s%d:%02d hours"
                .formatted(seconds < 0 ? "-" : "+", Math.abs(seconds) / 3600, Math.abs(seconds) / 60 % 60);
    }
}
